"""Deliveries go out beside the cases: a dead channel holds up nobody, and nothing is given up."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy.ext.asyncio import AsyncSession

from activities.channels.backoff import wait_after
from activities.channels.folder import Folder
from activities.channels.letter import Letter, Sender, TryAgain, Undeliverable
from activities.channels.mail import Mail
from activities.channels.webhook import Webhook
from domain.values import SHANGHAI
from registry.units import Units
from settings import Settings
from storage import outbox
from storage.database import Database

log = logging.getLogger(__name__)
