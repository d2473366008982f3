#!/bin/bash
# The display: one browser on the whole screen, with the unit's page on the port that its unit file ($1) names.
set -u
port=$(sed -n 's/^display:[[:space:]]*\([0-9][0-9]*\).*/\1/p' "$1")
if [ -z "$port" ]; then
  echo "$1 has no line such as  display: 7210  so there is no page to show; write it, and restart dosis and dosis-display." >&2
  exit 78
fi
# The page itself says so when the unit is gone later; here only its first coming is waited for.
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 1; done
exec cage -s -- chromium --kiosk --ozone-platform=wayland --user-data-dir="$RUNTIME_DIRECTORY/profile" \
  --no-first-run --noerrdialogs --disable-infobars --disable-background-networking --disable-component-update --disable-sync \
  --disable-pinch --overscroll-history-navigation=0 --password-store=basic "http://127.0.0.1:$port/"
