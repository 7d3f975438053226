import hashlib
import io
import os
import unittest
import urllib.error
import urllib.request

from boto3.s3.transfer import TransferConfig
from support import ENDPOINT, Test, client, name

MIB = 1024 * 1024


class OfUnknownLength(io.RawIOBase):
    """A stream that can neither seek nor tell how long it is."""

    def __init__(self, data):
        self.inner = io.BytesIO(data)

    def readable(self):
        return True

    def seekable(self):
        return False

    def readinto(self, buffer):
        return self.inner.readinto(buffer)


class S3Test(Test):
    def setUp(self):
        self.s3 = client("s3", s3={"addressing_style": "path"})
        self.bucket = name("bucket")
        self.s3.create_bucket(Bucket=self.bucket)

    def read(self, key, **arguments):
        return self.s3.get_object(Bucket=self.bucket, Key=key, **arguments)["Body"].read()

    def test_objects_keep_their_bytes_metadata_and_ranges(self):
        key = "a b/é+%25?&=#"
        put = self.s3.put_object(
            Bucket=self.bucket,
            Key=key,
            Body=b"0123456789",
            ContentType="text/x-test",
            Metadata={"colour": "blue"},
        )
        self.assertEqual(f'"{hashlib.md5(b"0123456789").hexdigest()}"', put["ETag"])
        got = self.s3.get_object(Bucket=self.bucket, Key=key)
        self.assertEqual(b"0123456789", got["Body"].read())
        self.assertEqual("text/x-test", got["ContentType"])
        self.assertEqual({"colour": "blue"}, got["Metadata"])
        self.assertEqual(b"234", self.read(key, Range="bytes=2-4"))
        self.assertEqual(10, self.s3.head_object(Bucket=self.bucket, Key=key)["ContentLength"])
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix="a b/")
        self.assertEqual([key], [o["Key"] for o in listed["Contents"]])

    def test_listing_goes_by_pages_and_folders(self):
        for i in range(7):
            self.s3.put_object(Bucket=self.bucket, Key=f"f{i % 2}/{i}", Body=b"")
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, PaginationConfig={"PageSize": 3}
        )
        self.assertEqual(7, sum(len(p["Contents"]) for p in pages))
        folders = self.s3.list_objects_v2(Bucket=self.bucket, Delimiter="/")
        self.assertEqual(["f0/", "f1/"], [p["Prefix"] for p in folders["CommonPrefixes"]])

    def test_large_files_go_in_parts(self):
        data = os.urandom(11 * MIB)
        config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
        self.s3.upload_fileobj(io.BytesIO(data), self.bucket, "large", Config=config)
        head = self.s3.head_object(Bucket=self.bucket, Key="large")
        self.assertTrue(head["ETag"].endswith('-3"'))
        back = io.BytesIO()
        self.s3.download_fileobj(self.bucket, "large", back, Config=config)
        self.assertEqual(data, back.getvalue())

    def test_a_stream_of_unknown_length_is_uploaded(self):
        data = os.urandom(6 * MIB)
        config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
        self.s3.upload_fileobj(OfUnknownLength(data), self.bucket, "stream", Config=config)
        self.assertEqual(data, self.read("stream"))

    def test_parts_are_listed_and_abandoned(self):
        upload = self.s3.create_multipart_upload(Bucket=self.bucket, Key="parts")["UploadId"]
        about = {"Bucket": self.bucket, "Key": "parts", "UploadId": upload}
        self.s3.upload_part(**about, PartNumber=1, Body=b"x" * 10)
        self.assertEqual(10, self.s3.list_parts(**about)["Parts"][0]["Size"])
        self.s3.abort_multipart_upload(**about)
        self.refused("NoSuchUpload", self.s3.list_parts, **about)

    def test_checksums_of_every_kind_come_back(self):
        for algorithm in ("CRC32", "SHA1", "SHA256"):
            put = self.s3.put_object(
                Bucket=self.bucket, Key=algorithm, Body=b"abc", ChecksumAlgorithm=algorithm
            )
            got = self.s3.get_object(Bucket=self.bucket, Key=algorithm, ChecksumMode="ENABLED")
            self.assertEqual(put["Checksum" + algorithm], got["Checksum" + algorithm])
            self.assertEqual(b"abc", got["Body"].read())

    def test_a_false_checksum_is_refused(self):
        self.refused(
            "BadDigest",
            self.s3.put_object,
            Bucket=self.bucket,
            Key="false",
            Body=b"abc",
            ChecksumCRC32="AAAAAA==",
        )
        self.refused("NoSuchKey", self.s3.get_object, Bucket=self.bucket, Key="false")

    def test_presigned_links_put_and_get(self):
        about = {"Bucket": self.bucket, "Key": "link é"}
        typed = dict(about, ContentType="text/plain")
        put = self.s3.generate_presigned_url("put_object", Params=typed, ExpiresIn=60)
        request = urllib.request.Request(
            put, data=b"by link", headers={"Content-Type": "text/plain"}, method="PUT"
        )
        self.assertEqual(200, urllib.request.urlopen(request).status)
        get = self.s3.generate_presigned_url("get_object", Params=about, ExpiresIn=60)
        self.assertEqual(b"by link", urllib.request.urlopen(get).read())

    def test_presigned_links_of_both_signatures(self):
        self.s3.put_object(Bucket=self.bucket, Key="old", Body=b"old")
        for version in ("s3", "s3v4"):
            signer = client("s3", signature_version=version, s3={"addressing_style": "path"})
            link = signer.generate_presigned_url(
                "get_object", Params={"Bucket": self.bucket, "Key": "old"}
            )
            self.assertEqual(b"old", urllib.request.urlopen(link).read())

    def test_a_form_posts_an_object(self):
        form = self.s3.generate_presigned_post(self.bucket, "posted", ExpiresIn=60)
        boundary = "----terrarium"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in form["fields"].items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
            f"posted\r\n--{boundary}--\r\n"
        )
        request = urllib.request.Request(
            form["url"],
            data="".join(parts).encode(),
            headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        self.assertEqual(204, urllib.request.urlopen(request).status)
        self.assertEqual(b"posted", self.read("posted"))

    def test_versions_copies_tags_and_batches_of_deletions(self):
        s3, bucket = self.s3, self.bucket
        s3.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )
        first = s3.put_object(Bucket=bucket, Key="v", Body=b"1", Tagging="a=b%20c")["VersionId"]
        s3.put_object(Bucket=bucket, Key="v", Body=b"2")
        self.assertEqual(b"1", self.read("v", VersionId=first))
        tags = s3.get_object_tagging(Bucket=bucket, Key="v", VersionId=first)["TagSet"]
        self.assertEqual([{"Key": "a", "Value": "b c"}], tags)
        s3.copy_object(
            Bucket=bucket,
            Key="copy",
            CopySource={"Bucket": bucket, "Key": "v", "VersionId": first},
        )
        self.assertEqual(b"1", self.read("copy"))
        deleted = s3.delete_objects(
            Bucket=bucket, Delete={"Objects": [{"Key": "v"}, {"Key": "nothing"}]}
        )
        self.assertEqual(2, len(deleted["Deleted"]))
        self.refused("NoSuchKey", s3.get_object, Bucket=bucket, Key="v")
        self.assertEqual(2, len(s3.list_object_versions(Bucket=bucket, Prefix="v")["Versions"]))

    def test_errors_have_s3s_codes(self):
        s3 = self.s3
        self.refused("NoSuchBucket", s3.list_objects_v2, Bucket=name("none"))
        self.refused("404", s3.head_object, Bucket=self.bucket, Key="none")
        self.refused("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=self.bucket)
        s3.put_object(Bucket=self.bucket, Key="here", Body=b"")
        self.refused("BucketNotEmpty", s3.delete_bucket, Bucket=self.bucket)
        self.refused(
            "PreconditionFailed",
            s3.put_object,
            Bucket=self.bucket,
            Key="here",
            Body=b"",
            IfNoneMatch="*",
        )

    def test_buckets_are_hosts_as_well(self):
        local = ENDPOINT.replace("127.0.0.1", "localhost")
        by_host = client("s3", endpoint=local, s3={"addressing_style": "virtual"})
        by_host.meta.events.register("before-send.s3", self.to_localhost)
        by_host.put_object(Bucket=self.bucket, Key="host", Body=b"by host")
        self.assertEqual(b"by host", self.read("host"))

    def to_localhost(self, request, **_):
        """Names below localhost do not resolve everywhere, so this one goes into the header."""
        host = request.url.split("/")[2]
        self.assertTrue(host.startswith(self.bucket + ".localhost"))
        request.url = request.url.replace(host, host.split(".", 1)[1], 1)
        request.headers["Host"] = host


if __name__ == "__main__":
    unittest.main()
