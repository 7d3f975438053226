package dev.terrarium.services.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import java.io.IOException;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

class S3ObjectsTest {
  private final Cloud cloud = Cloud.inMemory();
  private final S3Client s3 = cloud.client(S3Client.class);

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("box"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void whatIsPutIsGot() throws Exception {
    var put =
        s3.putObject(
            b ->
                b.bucket("box")
                    .key("a/b")
                    .contentType("text/x")
                    .metadata(java.util.Map.of("K", "v")),
            RequestBody.fromString("hello"));
    try (var got =
        s3.getObject(b -> b.bucket("box").key("a/b").checksumMode(ChecksumMode.ENABLED))) {
      assertThat(new String(got.readAllBytes(), UTF_8)).isEqualTo("hello");
      assertThat(got.response().eTag()).isEqualTo("\"5d41402abc4b2a76b9719d911017c592\"");
      assertThat(got.response().eTag()).isEqualTo(put.eTag());
      assertThat(got.response().contentType()).isEqualTo("text/x");
      assertThat(got.response().contentLength()).isEqualTo(5);
      assertThat(got.response().metadata()).containsEntry("k", "v");
      assertThat(got.response().checksumCRC64NVME()).isEqualTo(put.checksumCRC64NVME()).isNotNull();
      assertThat(got.response().checksumTypeAsString()).isEqualTo("FULL_OBJECT");
      assertThat(got.response().serverSideEncryptionAsString()).isEqualTo("AES256");
      assertThat(got.response().versionId()).isNull();
    }
  }

  @Test
  @Timeout(60)
  void anObjectWhoseBodyIsLostIsAnErrorAndNotAnEndlessSearch() throws IOException {
    s3.putObject(b -> b.bucket("box").key("large"), RequestBody.fromBytes(new byte[100_000]));
    cloud.discard(cloud.blobs().ids());
    assertThatThrownBy(() -> s3.getObjectAsBytes(b -> b.bucket("box").key("large")))
        .isInstanceOfSatisfying(
            AwsServiceException.class, e -> assertThat(e.statusCode()).isEqualTo(500));
    assertThatThrownBy(() ->
            s3.copyObject(b ->
                b.sourceBucket("box")
                    .sourceKey("large")
                    .destinationBucket("box")
                    .destinationKey("copy")))
        .isInstanceOfSatisfying(
            AwsServiceException.class, e -> assertThat(e.statusCode()).isEqualTo(500));
  }

  @Test
  void crc64NvmeGivesItsCheckValue() {
    var crc = new Crc64Nvme();
    crc.update("123456789".getBytes(UTF_8));
    assertThat(Long.toHexString(crc.getValue())).isEqualTo("ae8b14860a799888");
  }

  @Test
  void checksumsOfPartsCombineIntoThatOfTheWhole() {
    var bytes = new byte[100_000];
    new Random(7).nextBytes(bytes);
    for (var kind : ChecksumKind.values()) {
      if (kind.isLinear()) {
        var first = kind.start();
        first.update(bytes, 0, 33_333);
        var second = kind.start();
        second.update(bytes, 33_333, bytes.length - 33_333);
        var whole = kind.start();
        whole.update(bytes, 0, bytes.length);
        assertThat(kind.combine(first.value(), second.value(), bytes.length - 33_333))
            .isEqualTo(whole.value());
      }
    }
  }

  @Test
  void largeBodiesAreStreamedThroughFilesThatGoWithTheirObjects() throws Exception {
    var bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    s3.putObject(b -> b.bucket("box").key("large"), RequestBody.fromBytes(bytes));
    assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key("large")).asByteArray())
        .isEqualTo(bytes);
    var range =
        s3.getObjectAsBytes(b -> b.bucket("box").key("large").range("bytes=1000000-1000009"));
    assertThat(range.asByteArray())
        .isEqualTo(java.util.Arrays.copyOfRange(bytes, 1_000_000, 1_000_010));
    assertThat(range.response().contentRange()).isEqualTo("bytes 1000000-1000009/3000000");
    assertThat(cloud.blobs().ids()).hasSize(1);
    s3.deleteObject(b -> b.bucket("box").key("large"));
    settle();
    assertThat(cloud.blobs().ids()).isEmpty();
  }

  @Test
  void anUnsatisfiableRangeIsRefusedAndAMalformedOneIgnored() {
    s3.putObject(b -> b.bucket("box").key("k"), RequestBody.fromString("0123456789"));
    assertThat(text("k", "bytes=-3")).isEqualTo("789");
    assertThat(text("k", "bytes=8-100")).isEqualTo("89");
    assertThat(text("k", "bytes=4-2")).isEqualTo("0123456789");
    assertThat(text("k", "lines=1-2")).isEqualTo("0123456789");
    assertThat(codeOf(() -> text("k", "bytes=10-"))).isEqualTo("416 InvalidRange");
  }

  @Test
  void aBodyThatIsNotWhatItsSenderSaysIsRefused() {
    assertThat(
            codeOf(() ->
                s3.putObject(
                    b -> b.bucket("box").key("k").contentMD5("AAAAAAAAAAAAAAAAAAAAAA=="),
                    RequestBody.fromString("x"))))
        .isEqualTo("400 BadDigest");
    assertThat(
            codeOf(() ->
                s3.putObject(
                    b -> b.bucket("box").key("k").contentMD5("no"), RequestBody.fromString("x"))))
        .isEqualTo("400 InvalidDigest");
    assertThat(
            codeOf(() ->
                s3.putObject(
                    b -> b.bucket("box").key("k").checksumCRC32("AAAAAA=="),
                    RequestBody.fromString("x"))))
        .isEqualTo("400 BadDigest");
    assertThat(codeOf(() -> s3.headObject(b -> b.bucket("box").key("k"))))
        .isEqualTo("404 NoSuchKey");
  }

  @Test
  void readsAreConditional() {
    var etag = s3.putObject(b -> b.bucket("box").key("k"), RequestBody.fromString("x")).eTag();
    assertThat(codeOf(() -> s3.headObject(b -> b.bucket("box").key("k").ifNoneMatch(etag))))
        .isEqualTo("304 NotModified");
    assertThat(codeOf(() -> s3.headObject(b -> b.bucket("box").key("k").ifMatch("\"no\""))))
        .isEqualTo("412 PreconditionFailed");
    assertThat(
            codeOf(() ->
                s3.headObject(b -> b.bucket("box").key("k").ifModifiedSince(cloud.clock().now()))))
        .isEqualTo("304 NotModified");
    assertThat(s3.headObject(b -> b.bucket("box").key("k").ifMatch(etag)).contentLength())
        .isEqualTo(1);
  }

  @Test
  void writesAreConditional() {
    var first =
        s3.putObject(b -> b.bucket("box").key("k").ifNoneMatch("*"), RequestBody.fromString("1"));
    assertThat(
            codeOf(() ->
                s3.putObject(
                    b -> b.bucket("box").key("k").ifNoneMatch("*"), RequestBody.fromString("2"))))
        .isEqualTo("412 PreconditionFailed");
    s3.putObject(b -> b.bucket("box").key("k").ifMatch(first.eTag()), RequestBody.fromString("2"));
    assertThat(
            codeOf(() ->
                s3.putObject(
                    b -> b.bucket("box").key("k").ifMatch(first.eTag()),
                    RequestBody.fromString("3"))))
        .isEqualTo("412 PreconditionFailed");
    assertThat(text("k", null)).isEqualTo("2");
  }

  @Test
  void whatIsNotThereIsNamedInTheError() {
    assertThatThrownBy(() -> s3.getObjectAsBytes(b -> b.bucket("box").key("nokey")))
        .isInstanceOfSatisfying(
            NoSuchKeyException.class,
            e ->
                assertThat(e.awsErrorDetails().rawResponse().asUtf8String())
                    .contains("<Key>nokey</Key>"));
    assertThatThrownBy(() -> s3.headBucket(b -> b.bucket("nobucket")))
        .isInstanceOf(NoSuchBucketException.class);
    assertThat(codeOf(() -> s3.deleteBucket(b -> b.bucket("nobucket"))))
        .isEqualTo("404 NoSuchBucket");
    assertThat(codeOf(() -> s3.createBucket(b -> b.bucket("No_Bucket"))))
        .isEqualTo("400 InvalidBucketName");
    assertThat(
            codeOf(() ->
                s3.putObject(b -> b.bucket("box").key("k".repeat(1025)), RequestBody.empty())))
        .isEqualTo("400 KeyTooLongError");
  }

  @Test
  void aCustomersKeyIsNeededToReadWhatItEncrypted() {
    var key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    var wrong = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDI=";
    s3.putObject(
        b -> b.bucket("box").key("k").sseCustomerAlgorithm("AES256").sseCustomerKey(key),
        RequestBody.fromString("secret"));
    assertThat(codeOf(() -> text("k", null))).isEqualTo("400 InvalidRequest");
    assertThat(
            codeOf(() ->
                s3.headObject(b ->
                    b.bucket("box").key("k").sseCustomerAlgorithm("AES256").sseCustomerKey(wrong))))
        .isEqualTo("403 AccessDenied");
    var got =
        s3.getObjectAsBytes(
            b -> b.bucket("box").key("k").sseCustomerAlgorithm("AES256").sseCustomerKey(key));
    assertThat(got.asUtf8String()).isEqualTo("secret");
    assertThat(got.response().sseCustomerKeyMD5()).isNotNull();
  }

  @Test
  void aBucketWithObjectsIsNotDeleted() {
    s3.putObject(b -> b.bucket("box").key("k"), RequestBody.empty());
    assertThat(codeOf(() -> s3.deleteBucket(b -> b.bucket("box")))).isEqualTo("409 BucketNotEmpty");
    s3.deleteObject(b -> b.bucket("box").key("k"));
    s3.deleteBucket(b -> b.bucket("box"));
    assertThat(s3.listBuckets().buckets()).isEmpty();
  }

  private String text(String key, @org.jspecify.annotations.Nullable String range) {
    return s3.getObjectAsBytes(b -> b.bucket("box").key(key).range(range)).asUtf8String();
  }

  private void settle() {
    cloud.timers().advance(java.time.Duration.ofMillis(1));
  }

  static String codeOf(ThrowingCallable call) {
    var thrown = org.assertj.core.api.Assertions.catchThrowable(call);
    assertThat(thrown).isInstanceOf(AwsServiceException.class);
    var error = (AwsServiceException) thrown;
    return error.statusCode() + " " + Errors.code(error);
  }
}
