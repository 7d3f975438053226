package dev.terrarium.services.s3;

import static dev.terrarium.services.s3.S3ObjectsTest.codeOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

class S3VersionsTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-03-01T10:00:00Z"))).build();
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
  void deletingAVersionedObjectHidesItAndDeletingTheMarkerBringsItBack() {
    versioning(BucketVersioningStatus.ENABLED);
    var first = put("k", "1").versionId();
    var second = put("k", "2").versionId();
    var marker = s3.deleteObject(b -> b.bucket("box").key("k"));
    assertThat(marker.deleteMarker()).isTrue();
    assertThat(codeOf(() -> get("k"))).isEqualTo("404 NoSuchKey");
    assertThat(
            codeOf(
                () -> s3.headObject(b -> b.bucket("box").key("k").versionId(marker.versionId()))))
        .isEqualTo("405 MethodNotAllowed");
    assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key("k").versionId(first)).asUtf8String())
        .isEqualTo("1");
    var listed = s3.listObjectVersions(b -> b.bucket("box"));
    assertThat(listed.versions())
        .extracting(ObjectVersion::versionId)
        .containsExactly(second, first);
    assertThat(listed.versions()).extracting(ObjectVersion::isLatest).containsExactly(false, false);
    assertThat(listed.deleteMarkers().getFirst().isLatest()).isTrue();
    assertThat(s3.listObjectsV2(b -> b.bucket("box")).contents()).isEmpty();
    s3.deleteObject(b -> b.bucket("box").key("k").versionId(marker.versionId()));
    assertThat(get("k")).isEqualTo("2");
    s3.deleteObject(b -> b.bucket("box").key("k").versionId(second));
    assertThat(get("k")).isEqualTo("1");
    assertThat(codeOf(() -> s3.deleteBucket(b -> b.bucket("box")))).isEqualTo("409 BucketNotEmpty");
    s3.deleteObject(b -> b.bucket("box").key("k").versionId(first));
    s3.deleteBucket(b -> b.bucket("box"));
  }

  @Test
  void aLegalHoldIsToldOfOnceItWasSaidEitherWay() {
    s3.createBucket(b -> b.bucket("held").objectLockEnabledForBucket(true));
    s3.putObject(b -> b.bucket("held").key("k"), RequestBody.fromString("x"));
    assertThat(codeOf(() -> s3.getObjectLegalHold(b -> b.bucket("held").key("k"))))
        .isEqualTo("404 NoSuchObjectLockConfiguration");
    assertThat(s3.headObject(b -> b.bucket("held").key("k")).objectLockLegalHoldStatus()).isNull();
    s3.putObjectLegalHold(b -> b.bucket("held").key("k").legalHold(h -> h.status("OFF")));
    assertThat(s3.headObject(b -> b.bucket("held").key("k")).objectLockLegalHoldStatusAsString())
        .isEqualTo("OFF");
    assertThat(s3.getObjectLegalHold(b -> b.bucket("held").key("k")).legalHold().statusAsString())
        .isEqualTo("OFF");
  }

  @Test
  void whileVersioningIsSuspendedTheNullVersionIsReplaced() {
    put("k", "before");
    versioning(BucketVersioningStatus.ENABLED);
    var kept = put("k", "kept").versionId();
    versioning(BucketVersioningStatus.SUSPENDED);
    put("k", "null");
    assertThat(s3.listObjectVersions(b -> b.bucket("box")).versions())
        .extracting(ObjectVersion::versionId)
        .containsExactly("null", kept);
    s3.deleteObject(b -> b.bucket("box").key("k"));
    var listed = s3.listObjectVersions(b -> b.bucket("box"));
    assertThat(listed.versions()).extracting(ObjectVersion::versionId).containsExactly(kept);
    assertThat(listed.deleteMarkers().getFirst().versionId()).isEqualTo("null");
    assertThat(codeOf(() -> get("k"))).isEqualTo("404 NoSuchKey");
  }

  @Test
  void aDelimiterFoldsKeysIntoCommonPrefixesAcrossPages() {
    for (var folder : List.of("a", "b", "c")) {
      for (int i = 0; i < 40; i++) {
        put(folder + "/" + i, "x");
      }
    }
    put("z", "x");
    var first = s3.listObjectsV2(b -> b.bucket("box").delimiter("/").maxKeys(2));
    assertThat(first.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("a/", "b/");
    assertThat(first.isTruncated()).isTrue();
    var second =
        s3.listObjectsV2(
            b -> b.bucket("box").delimiter("/").continuationToken(first.nextContinuationToken()));
    assertThat(second.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("c/");
    assertThat(second.contents()).extracting(S3Object::key).containsExactly("z");
    assertThat(second.isTruncated()).isFalse();
    assertThat(s3.listObjectsV2Paginator(b -> b.bucket("box").maxKeys(7)).contents()).hasSize(121);
    var startAfter = s3.listObjectsV2(b -> b.bucket("box").prefix("c/").startAfter("c/7"));
    assertThat(startAfter.contents()).extracting(S3Object::key).containsExactly("c/8", "c/9");
  }

  @Test
  void versionsAreListedInPages() {
    versioning(BucketVersioningStatus.ENABLED);
    for (int i = 0; i < 3; i++) {
      put("a", "x");
      put("b", "x");
    }
    var all = s3.listObjectVersionsPaginator(b -> b.bucket("box").maxKeys(2)).versions();
    assertThat(all).extracting(ObjectVersion::key).containsExactly("a", "a", "a", "b", "b", "b");
    assertThat(all)
        .extracting(ObjectVersion::isLatest)
        .containsExactly(true, false, false, true, false, false);
  }

  @Test
  void aBatchDeletesWhatItCanAndTellsTheRest() {
    s3.createBucket(b -> b.bucket("locked").objectLockEnabledForBucket(true));
    var version =
        s3.putObject(
                b ->
                    b.bucket("locked")
                        .key("k")
                        .objectLockMode("GOVERNANCE")
                        .objectLockRetainUntilDate(cloud.clock().now().plus(Duration.ofDays(1))),
                RequestBody.fromString("x"))
            .versionId();
    var id = ObjectIdentifier.builder().key("k").versionId(version).build();
    var refused =
        s3.deleteObjects(b ->
            b.bucket("locked")
                .delete(d -> d.objects(id, ObjectIdentifier.builder().key("no").build())));
    assertThat(refused.errors().getFirst().code()).isEqualTo("AccessDenied");
    assertThat(refused.deleted()).hasSize(1);
    var done =
        s3.deleteObjects(b ->
            b.bucket("locked")
                .bypassGovernanceRetention(true)
                .delete(d -> d.objects(id).quiet(true)));
    assertThat(done.hasDeleted()).isFalse();
    assertThat(done.errors()).isEmpty();
  }

  @Test
  void complianceCannotBeShortenedNorBypassed() {
    s3.createBucket(b -> b.bucket("locked").objectLockEnabledForBucket(true));
    s3.putObjectLockConfiguration(b ->
        b.bucket("locked")
            .objectLockConfiguration(c ->
                c.objectLockEnabled("Enabled")
                    .rule(r ->
                        r.defaultRetention(
                            d -> d.mode(ObjectLockRetentionMode.COMPLIANCE).days(1)))));
    var version =
        s3.putObject(b -> b.bucket("locked").key("k"), RequestBody.fromString("x")).versionId();
    assertThat(
            codeOf(() ->
                s3.deleteObject(b ->
                    b.bucket("locked")
                        .key("k")
                        .versionId(version)
                        .bypassGovernanceRetention(true))))
        .isEqualTo("403 AccessDenied");
    cloud.timers().advance(Duration.ofDays(2));
    s3.deleteObject(b -> b.bucket("locked").key("k").versionId(version));
    assertThat(s3.listObjectVersions(b -> b.bucket("locked")).versions()).isEmpty();
  }

  @Test
  @SuppressWarnings("unchecked")
  void lifecycleRulesExpireAtMidnightAndMoveToColderClasses() {
    versioning(BucketVersioningStatus.ENABLED);
    s3.putBucketLifecycleConfiguration(b ->
        b.bucket("box")
            .lifecycleConfiguration(c ->
                c.rules(
                    r ->
                        r.id("tmp")
                            .status(ExpirationStatus.ENABLED)
                            .filter(f -> f.prefix("tmp/"))
                            .expiration(e -> e.days(1))
                            .noncurrentVersionExpiration(e -> e.noncurrentDays(1)),
                    r ->
                        r.id("cold")
                            .status(ExpirationStatus.ENABLED)
                            .filter(f -> f.prefix("cold/"))
                            .transitions(
                                t -> t.days(1).storageClass(TransitionStorageClass.GLACIER))
                            .abortIncompleteMultipartUpload(a -> a.daysAfterInitiation(1)))));
    var put = put("tmp/a", "x");
    assertThat(put.expiration())
        .isEqualTo("expiry-date=\"Tue, 03 Mar 2026 00:00:00 GMT\", rule-id=\"tmp\"");
    put("cold/a", "y".repeat(200_000));
    s3.createMultipartUpload(b -> b.bucket("box").key("cold/u"));
    cloud.timers().advance(Duration.ofHours(37));
    assertThat(get("tmp/a")).isEqualTo("x");
    cloud.timers().advance(Duration.ofHours(2));
    assertThat(codeOf(() -> get("tmp/a"))).isEqualTo("404 NoSuchKey");
    assertThat(s3.headObject(b -> b.bucket("box").key("cold/a")).storageClassAsString())
        .isEqualTo("GLACIER");
    assertThat(codeOf(() -> get("cold/a"))).isEqualTo("403 InvalidObjectState");
    assertThat(s3.listMultipartUploads(b -> b.bucket("box")).uploads()).isEmpty();
    cloud.timers().advance(Duration.ofDays(3));
    assertThat(s3.listObjectVersions(b -> b.bucket("box").prefix("tmp/")).versions()).isEmpty();
    s3.restoreObject(b -> b.bucket("box").key("cold/a").restoreRequest(r -> r.days(1)));
    cloud.timers().advance(Duration.ofHours(6));
    assertThat(get("cold/a")).hasSize(200_000);
  }

  private void versioning(BucketVersioningStatus status) {
    s3.putBucketVersioning(b -> b.bucket("box").versioningConfiguration(v -> v.status(status)));
  }

  private software.amazon.awssdk.services.s3.model.PutObjectResponse put(String key, String text) {
    return s3.putObject(b -> b.bucket("box").key(key), RequestBody.fromString(text));
  }

  private String get(String key) {
    return s3.getObjectAsBytes(b -> b.bucket("box").key(key)).asUtf8String();
  }
}
