#!/usr/bin/python3
"""Says where everything is and how to log in, once the demo runs: deploy/greeting.py PLAN.json RUN_ENV"""

import sys
from pathlib import Path


def main():
    run_env = Path(sys.argv[2])
    settings = {}
    for line in run_env.read_text().splitlines():
        name, _, value = line.partition("=")
        settings[name] = value.strip("'")

    def show(name):
        return settings.get(name, "-")

    print(f"""
Sinergi is running.

  Report and follow   {show("SINERGI_INTAKE_URL")}/
  Officers' pages     {show("SINERGI_ROUTING_URL")}/        (KUKAR {show("SINERGI_KUKAR_ROUTING_URL")}/, KALTIM {show("SINERGI_KALTIM_ROUTING_URL")}/)
  Figures             {show("SINERGI_ANALYTICS_URL")}/v1/metrics/summary
  What was "sent"     {show("SINERGI_GATEWAY_URL")}/        mails in {show("SINERGI_MAIL_DIR")}

  Log in as triage@ppu, liaison@ppu.dpupr, liaison@kukar, arbiter@panrb …  with the password  {show("SINERGI_DEMO_PASSWORD")}
  For scripts:        . {run_env}
  Logs:               {show("SINERGI_RUN_DIR")}
""")


if __name__ == "__main__":
    main()
