package dev.terrarium.services.s3;

import static dev.terrarium.services.s3.S3ObjectsTest.codeOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

class S3MultipartTest {
  private static final int MIB = 1024 * 1024;
  private final Cloud cloud = Cloud.inMemory();
  private final S3Client s3 = cloud.client(S3Client.class);
  private final byte[] bytes = new byte[5 * MIB + 1000];

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("box"));
    new Random(3).nextBytes(bytes);
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void partsBecomeOneObject() {
    var upload =
        s3.createMultipartUpload(b -> b.bucket("box").key("k").contentType("a/b")).uploadId();
    var first = part(upload, 1, Arrays.copyOf(bytes, 5 * MIB));
    var second = part(upload, 2, Arrays.copyOfRange(bytes, 5 * MIB, bytes.length));
    assertThat(s3.listParts(b -> b.bucket("box").key("k").uploadId(upload)).parts()).hasSize(2);
    var done = complete(upload, completed(1, first), completed(2, second));
    assertThat(done.eTag()).endsWith("-2\"");
    var whole = ChecksumKind.CRC64NVME.start();
    whole.update(bytes, 0, bytes.length);
    assertThat(done.checksumCRC64NVME())
        .isEqualTo(java.util.Base64.getEncoder().encodeToString(whole.value()));
    assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key("k")).asByteArray()).isEqualTo(bytes);
    var range =
        s3.getObjectAsBytes(
            b -> b.bucket("box").key("k").range("bytes=" + (5 * MIB - 5) + "-" + (5 * MIB + 4)));
    assertThat(range.asByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 5 * MIB - 5, 5 * MIB + 5));
    var head = s3.headObject(b -> b.bucket("box").key("k").partNumber(2));
    assertThat(head.partsCount()).isEqualTo(2);
    assertThat(head.contentLength()).isEqualTo(1000);
    assertThat(head.contentType()).isEqualTo("a/b");
    assertThat(codeOf(() -> complete(upload, completed(1, first)))).isEqualTo("404 NoSuchUpload");
    assertThat(s3.listMultipartUploads(b -> b.bucket("box")).uploads()).isEmpty();
  }

  @Test
  void compositeChecksumsAreThoseOfTheParts() {
    var upload =
        s3.createMultipartUpload(
                b -> b.bucket("box").key("k").checksumAlgorithm(ChecksumAlgorithm.SHA256))
            .uploadId();
    var only = part(upload, 1, Arrays.copyOf(bytes, 1000));
    assertThat(only.checksumSHA256()).isNotNull();
    assertThat(codeOf(() -> complete(upload, completed(1, only)))).isEqualTo("400 InvalidRequest");
    var done =
        complete(
            upload, completed(1, only).toBuilder().checksumSHA256(only.checksumSHA256()).build());
    assertThat(done.checksumSHA256()).endsWith("-1");
    assertThat(done.checksumTypeAsString()).isEqualTo("COMPOSITE");
    var head = s3.headObject(b -> b.bucket("box").key("k").checksumMode(ChecksumMode.ENABLED));
    assertThat(head.checksumSHA256()).isEqualTo(done.checksumSHA256());
    var attributes =
        s3.getObjectAttributes(b ->
            b.bucket("box")
                .key("k")
                .objectAttributes(ObjectAttributes.OBJECT_PARTS, ObjectAttributes.CHECKSUM));
    assertThat(attributes.objectParts().totalPartsCount()).isEqualTo(1);
    assertThat(attributes.objectParts().parts().getFirst().checksumSHA256())
        .isEqualTo(only.checksumSHA256());
  }

  @Test
  void partsThatAreTooSmallOrOutOfOrderOrUnknownAreRefused() {
    var upload = s3.createMultipartUpload(b -> b.bucket("box").key("k")).uploadId();
    var first = part(upload, 1, new byte[10]);
    var second = part(upload, 2, new byte[10]);
    assertThat(codeOf(() -> complete(upload, completed(2, second), completed(1, first))))
        .isEqualTo("400 InvalidPartOrder");
    assertThat(codeOf(() -> complete(upload, completed(1, first), completed(2, second))))
        .isEqualTo("400 EntityTooSmall");
    assertThat(codeOf(() -> complete(upload, completed(3, first)))).isEqualTo("400 InvalidPart");
    assertThat(codeOf(() -> part(upload, 10_001, new byte[1]))).isEqualTo("400 InvalidArgument");
    s3.abortMultipartUpload(b -> b.bucket("box").key("k").uploadId(upload));
    assertThat(codeOf(() -> part(upload, 1, new byte[1]))).isEqualTo("404 NoSuchUpload");
  }

  @Test
  void anUploadIsNotCompletedWithoutParts() {
    var id = s3.createMultipartUpload(b -> b.bucket("box").key("big")).uploadId();
    assertThat(
            codeOf(() -> s3.completeMultipartUpload(b -> b.bucket("box").key("big").uploadId(id))))
        .isEqualTo("400 InvalidRequest");
    assertThat(
            codeOf(() ->
                s3.completeMultipartUpload(
                    b -> b.bucket("box").key("big").uploadId(id).multipartUpload(m -> {}))))
        .isEqualTo("400 MalformedXML");
  }

  @Test
  @SuppressWarnings("deprecation")
  void objectsAreCopiedWithWhatIsToldAboutThem() {
    s3.putObject(
        b -> b.bucket("box").key("a b+c").metadata(java.util.Map.of("m", "1")).tagging("t=2"),
        RequestBody.fromBytes(bytes));
    s3.copyObject(b ->
        b.sourceBucket("box").sourceKey("a b+c").destinationBucket("box").destinationKey("copy"));
    assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key("copy")).asByteArray())
        .isEqualTo(bytes);
    assertThat(s3.headObject(b -> b.bucket("box").key("copy")).metadata()).containsEntry("m", "1");
    assertThat(s3.getObjectTagging(b -> b.bucket("box").key("copy")).tagSet()).hasSize(1);
    assertThat(
            codeOf(() ->
                s3.copyObject(b ->
                    b.copySource("/box/copy").destinationBucket("box").destinationKey("copy"))))
        .isEqualTo("400 InvalidRequest");
    var upload = s3.createMultipartUpload(b -> b.bucket("box").key("ranged")).uploadId();
    var copied =
        s3.uploadPartCopy(b ->
            b.copySource("box/a%20b%2Bc")
                .copySourceRange("bytes=10-19")
                .destinationBucket("box")
                .destinationKey("ranged")
                .uploadId(upload)
                .partNumber(1));
    s3.completeMultipartUpload(b ->
        b.bucket("box")
            .key("ranged")
            .uploadId(upload)
            .multipartUpload(m ->
                m.parts(
                    CompletedPart.builder()
                        .partNumber(1)
                        .eTag(copied.copyPartResult().eTag())
                        .build())));
    assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key("ranged")).asByteArray())
        .isEqualTo(Arrays.copyOfRange(bytes, 10, 20));
  }

  private UploadPartResponse part(String upload, int number, byte[] content) {
    return s3.uploadPart(
        b -> b.bucket("box").key("k").uploadId(upload).partNumber(number),
        RequestBody.fromBytes(content));
  }

  private static CompletedPart completed(int number, UploadPartResponse part) {
    return CompletedPart.builder().partNumber(number).eTag(part.eTag()).build();
  }

  private software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse complete(
      String upload, CompletedPart... parts) {
    return s3.completeMultipartUpload(b ->
        b.bucket("box").key("k").uploadId(upload).multipartUpload(m -> m.parts(List.of(parts))));
  }
}
