"""A DAG for Airflow 3: publish every day; what had not changed is skipped, what may pass is tried again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

COMMAND = "govlink publish /srv/publication/release.toml --state /srv/publication/state --log json"

with DAG(
    dag_id="publish_eq_petitions",
    schedule="30 3 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Bangkok")),
    catchup=False,
    max_active_runs=1,
):
    BashOperator(
        task_id="publish",
        bash_command=COMMAND,
        skip_on_exit_code=[10, 11],
        retries=6,
        retry_delay=timedelta(minutes=10),
    )
