import { userInfo } from 'node:os';
import type { HomePaths, HomeSettings } from './home.ts';

/** The centre's user at the broker. No device id: those have no dots, so no unit can ever be enrolled as the centre. */
export const CENTRE_USER = 'dosis.centre';

/** Most units wait for the next packet in flight before they send the next one; the firmware keeps ten. */
const INFLIGHT_MAX = 20;
/** Eight times the largest batch of events. */
const PACKET_BYTES_MAX = 64 * 1024;
/** What Mosquitto may lose of its queues by a power cut; units send again what the centre has not acknowledged. */
const AUTOSAVE_S = 30;
/** A unit that is away for longer gets its configuration anew when it comes back. */
const SESSION_DAYS_MAX = 30;

/**
 * The configuration of Mosquitto 2 for a home: certificates only, each client named by its own, and no queue with an end
 * at which messages would fall off.
 * @param everywhere listen on every address of this machine, not only for itself
 */
export function mosquittoConfiguration(paths: HomePaths, { port }: HomeSettings, everywhere: boolean): string {
  return `# Mosquitto for a Dosis service centre, made by "dosis centre init". Start: mosquitto -c FILE
# After a revocation "dosis centre revoke" sends SIGHUP: Mosquitto then reads the rights and the revoked certificates anew.
user ${userInfo().username}
pid_file ${paths.mosquitto.pid}
log_dest stderr
log_type error
log_type warning
log_type notice
log_type information

per_listener_settings false
listener ${port}${everywhere ? '' : ' 127.0.0.1'}
tls_version tlsv1.2
cafile ${paths.authority.certificate}
certfile ${paths.broker.certificate}
keyfile ${paths.broker.key}
crlfile ${paths.revoked}
require_certificate true
use_identity_as_username true
# The session is named by the certificate too: nobody can take over the session of another.
use_username_as_clientid true
allow_anonymous false
allow_zero_length_clientid false
acl_file ${paths.mosquitto.rights}

# 0 is "no limit" here. Mosquitto would otherwise drop what goes beyond 1000 messages, without a word.
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages ${INFLIGHT_MAX}
max_packet_size ${PACKET_BYTES_MAX}
persistence true
persistence_location ${paths.mosquitto.data}/
autosave_interval ${AUTOSAVE_S}
persistent_client_expiration ${SESSION_DAYS_MAX}d
retain_available false
sys_interval 0
set_tcp_nodelay true
`;
}

/** Who may do what: the centre reads what units write and the other way round, and a unit has only its own. */
export function mosquittoRights(): string {
  return `# %u is the common name of the client's certificate: the id of the unit.
user ${CENTRE_USER}
topic read d/+/up/#
topic write d/+/down/#
topic write centre/gone

pattern write d/%u/up/#
pattern read d/%u/down/#
`;
}
