"""Models of dropout: the rule, logistic, boosting, their blend over a discrete-time hazard. Pure; plain data.

Scoring needs numpy alone. Fitting needs scikit-learn, which only `analytics.risk.models.fitting` and what it imports
load: import `fit` from there, in the worker or at the command line, never where pages are served.
"""

from analytics.risk.explanation import Reason
from analytics.risk.models.model import Model
from analytics.risk.models.scores import Scores, Unshown

__all__ = ["Model", "Reason", "Scores", "Unshown"]
