package dev.terrarium.services.s3;

import static dev.terrarium.services.s3.S3ObjectsTest.codeOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteMarkerReplicationStatus;
import software.amazon.awssdk.services.s3.model.ReplicationRule;

class S3BucketsTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-03-01T10:00:00Z"))).build();
  private final S3Client s3 = cloud.client(S3Client.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void namesAreGlobalAndOwnersDiffer() {
    var other = cloud.client(S3Client.class, new Scope("111111111111", "eu-west-1"));
    s3.createBucket(b -> b.bucket("mine"));
    s3.createBucket(b -> b.bucket("mine"));
    assertThat(
            codeOf(() ->
                other.createBucket(b ->
                    b.bucket("mine")
                        .createBucketConfiguration(c -> c.locationConstraint("eu-west-1")))))
        .isEqualTo("409 BucketAlreadyExists");
    assertThat(
            codeOf(() ->
                other.createBucket(b ->
                    b.bucket("theirs")
                        .createBucketConfiguration(c -> c.locationConstraint("us-west-2")))))
        .isEqualTo("400 IllegalLocationConstraintException");
    other.createBucket(b -> b.bucket("theirs")); // The SDK's client names its region by itself.
    assertThat(other.getBucketLocation(b -> b.bucket("theirs")).locationConstraintAsString())
        .isEqualTo("eu-west-1");
    assertThat(s3.listBuckets().buckets()).extracting(Bucket::name).containsExactly("mine");
    assertThat(
            codeOf(() -> s3.headBucket(b -> b.bucket("mine").expectedBucketOwner("111111111111"))))
        .isEqualTo("403 AccessDenied");
  }

  @Test
  void publicPoliciesAreBlockedUntilTheBlockIsLifted() {
    s3.createBucket(b -> b.bucket("box"));
    var policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",
        "Action":"s3:GetObject","Resource":"arn:aws:s3:::box/*"}]}\
        """;
    assertThat(codeOf(() -> s3.putBucketPolicy(b -> b.bucket("box").policy(policy))))
        .isEqualTo("403 AccessDenied");
    assertThat(codeOf(() -> s3.putBucketPolicy(b -> b.bucket("box").policy("no"))))
        .isEqualTo("400 MalformedPolicy");
    s3.deletePublicAccessBlock(b -> b.bucket("box"));
    s3.putBucketPolicy(b -> b.bucket("box").policy(policy));
    assertThat(s3.getBucketPolicyStatus(b -> b.bucket("box")).policyStatus().isPublic()).isTrue();
    assertThat(codeOf(() -> s3.putBucketAcl(b -> b.bucket("box").acl("public-read"))))
        .isEqualTo("400 AccessControlListNotSupported");
    assertThat(codeOf(() -> s3.getBucketCors(b -> b.bucket("box"))))
        .isEqualTo("404 NoSuchCORSConfiguration");
  }

  @Test
  void objectsAreReplicatedWithTheirVersionIds() {
    for (var name : new String[] {"from", "into"}) {
      s3.createBucket(b -> b.bucket(name));
      s3.putBucketVersioning(b ->
          b.bucket(name).versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    }
    var rule =
        ReplicationRule.builder()
            .id("r")
            .status("Enabled")
            .priority(1)
            .filter(f -> f.prefix("in/"))
            .deleteMarkerReplication(d -> d.status(DeleteMarkerReplicationStatus.ENABLED))
            .destination(d -> d.bucket("arn:aws:s3:::into"))
            .build();
    s3.putBucketReplication(b ->
        b.bucket("from")
            .replicationConfiguration(r -> r.role("arn:aws:iam::000000000000:role/r").rules(rule)));
    var put = s3.putObject(b -> b.bucket("from").key("in/k"), RequestBody.fromString("hello"));
    s3.putObject(b -> b.bucket("from").key("other"), RequestBody.fromString("no"));
    cloud.timers().advance(Duration.ofMillis(1));
    var replica = s3.getObjectAsBytes(b -> b.bucket("into").key("in/k"));
    assertThat(replica.asUtf8String()).isEqualTo("hello");
    assertThat(replica.response().versionId()).isEqualTo(put.versionId());
    assertThat(replica.response().replicationStatusAsString()).isEqualTo("REPLICA");
    assertThat(s3.headObject(b -> b.bucket("from").key("in/k")).replicationStatusAsString())
        .isEqualTo("COMPLETED");
    assertThat(codeOf(() -> s3.headObject(b -> b.bucket("into").key("other"))))
        .isEqualTo("404 NoSuchKey");
    s3.deleteObject(b -> b.bucket("from").key("in/k"));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(codeOf(() -> s3.headObject(b -> b.bucket("into").key("in/k"))))
        .isEqualTo("404 NoSuchKey");
  }

  @Test
  void accessesAreLoggedIntoTheTargetBucket() {
    s3.createBucket(b -> b.bucket("box"));
    s3.createBucket(b -> b.bucket("logs"));
    s3.putBucketLogging(b ->
        b.bucket("box")
            .bucketLoggingStatus(
                l -> l.loggingEnabled(e -> e.targetBucket("logs").targetPrefix("p/"))));
    s3.putObject(b -> b.bucket("box").key("a b"), RequestBody.fromString("x"));
    assertThat(codeOf(() -> s3.headObject(b -> b.bucket("box").key("no")))).startsWith("404");
    cloud.timers().advance(Duration.ofMinutes(6));
    var key = s3.listObjectsV2(b -> b.bucket("logs")).contents().getFirst().key();
    assertThat(key).startsWith("p/2026-03-01-10-05-00-");
    var lines = s3.getObjectAsBytes(b -> b.bucket("logs").key(key)).asUtf8String().split("\n");
    assertThat(lines[lines.length - 2])
        .contains(" REST.PUT.OBJECT a%2Bb \"PUT /box/a+b HTTP/1.1\" 200 - ");
    assertThat(lines[lines.length - 1])
        .contains(" REST.HEAD.OBJECT no ")
        .contains(" 404 NoSuchKey ");
  }

  @Test
  void aTemplateMakesAndChangesABucket() {
    var type = cloud.service(S3Client.class).resourceTypes().getFirst();
    assertThat(type.name()).isEqualTo("AWS::S3::Bucket");
    var first =
        (ObjectNode)
            Json.parse(
                """
                {"Tags":[{"Key":"k","Value":"v"}],
                 "VersioningConfiguration":{"Status":"Enabled"},
                 "LifecycleConfiguration":{"Rules":[{"Id":"r","Status":"Enabled","Prefix":"tmp/",
                   "ExpirationInDays":"7","NoncurrentVersionExpirationInDays":3,
                   "TagFilters":[{"Key":"a","Value":"b"}]}]},
                 "CorsConfiguration":{"CorsRules":[{"AllowedMethods":["GET"],
                   "AllowedOrigins":["*"],"MaxAge":60}]},
                 "WebsiteConfiguration":{"IndexDocument":"i.html","ErrorDocument":"e.html"},
                 "BucketEncryption":{"ServerSideEncryptionConfiguration":[
                   {"ServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}}]}}\
                """);
    cloud.as(
        "cloudformation",
        "test",
        cloud.defaultScope(),
        () -> {
          var made = type.create(request(first));
          assertThat(type.create(request(first))).isEqualTo(made);
          var name = made.physicalId();
          assertThat(name).startsWith("stack-box-");
          assertThat(made.attributes()).containsEntry("Arn", Json.tree("arn:aws:s3:::" + name));
          var rule = s3.getBucketLifecycleConfiguration(b -> b.bucket(name)).rules().getFirst();
          assertThat(rule.expiration().days()).isEqualTo(7);
          assertThat(rule.filter().and().prefix()).isEqualTo("tmp/");
          assertThat(s3.getBucketCors(b -> b.bucket(name)).corsRules().getFirst().maxAgeSeconds())
              .isEqualTo(60);
          assertThat(s3.getBucketWebsite(b -> b.bucket(name)).errorDocument().key())
              .isEqualTo("e.html");
          assertThat(
                  s3.putObject(b -> b.bucket(name).key("k"), RequestBody.fromString("x"))
                      .serverSideEncryptionAsString())
              .isEqualTo("aws:kms");
          type.update(request(Json.object()), made, first);
          assertThat(codeOf(() -> s3.getBucketCors(b -> b.bucket(name)))).startsWith("404");
          assertThat(s3.getBucketVersioning(b -> b.bucket(name)).statusAsString())
              .isEqualTo("Suspended");
          assertThat(codeOf(() -> type.delete(request(first), made)))
              .isEqualTo("409 BucketNotEmpty");
        });
  }

  private static ResourceType.Request request(ObjectNode properties) {
    return new ResourceType.Request(
        "arn:aws:cloudformation:us-east-1:000000000000:stack/stack/1",
        "stack",
        "Box",
        "token",
        properties,
        Map.of());
  }
}
