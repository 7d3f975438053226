"""What all tests share: clients of one Terrarium, names that no other test has."""

import io
import os
import time
import unittest
import uuid
import zipfile

import boto3
from botocore.config import Config
from botocore.loaders import Loader

ENDPOINT = os.environ["TERRARIUM_ENDPOINT"]


def client(service, protocol=None, endpoint=ENDPOINT, **config):
    """A client; with `protocol` it speaks one that boto3 would not choose by itself."""
    session = boto3.session.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    )
    if protocol:
        session._session.register_component("data_loader", SpeaksOnly(protocol))
    return session.client(
        service, endpoint_url=endpoint, config=Config(retries={"max_attempts": 1}, **config)
    )


class SpeaksOnly(Loader):
    """Loads the SDK's models, and leaves them one protocol."""

    def __init__(self, protocol):
        super().__init__()
        self.protocol = protocol

    def load_service_model(self, service_name, type_name, api_version=None):
        model = super().load_service_model(service_name, type_name, api_version)
        if type_name == "service-2":
            metadata = dict(model["metadata"], protocol=self.protocol, protocols=[self.protocol])
            model = dict(model, metadata=metadata)
        return model


def name(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def zipped(file, text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(file, text)
    return out.getvalue()


def eventually(what, seconds=20):
    """The first true value of `what`; what happens behind an answer takes its time."""
    end = time.monotonic() + seconds
    while True:
        value = what()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.1)


class Test(unittest.TestCase):
    def refused(self, code, call, **arguments):
        """Calls, and expects an error of that code; returns it."""
        from botocore.exceptions import ClientError

        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(code, caught.exception.response["Error"]["Code"])
        return caught.exception
