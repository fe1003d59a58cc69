"""What a person should look at, each with its statements: nothing is refused or taken away by an anomaly. Pure."""

from analytics.anomalies.anomaly import Anomaly, AnomalyKind

__all__ = ["Anomaly", "AnomalyKind"]
