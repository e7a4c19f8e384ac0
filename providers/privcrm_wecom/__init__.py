"""The adapter for WeCom (企业微信)."""

from privcrm_wecom.config import WeComApp, WeComConfig
from privcrm_wecom.provider import WeComProvider

__all__ = ["WeComApp", "WeComConfig", "WeComProvider"]
