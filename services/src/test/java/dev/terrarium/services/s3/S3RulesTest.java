package dev.terrarium.services.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/// What S3 refuses in policies, lifecycles and deletions.
@SuppressWarnings({"unchecked", "deprecation"}) // Variable arguments; `Prefix` of old rules.
class S3RulesTest {
  private final Cloud cloud = Cloud.inMemory();
  private final S3Client s3 = cloud.client(S3Client.class);

  @BeforeEach
  void setUp() {
    s3.createBucket(b -> b.bucket("data"));
  }

  @AfterEach
  void tearDown() {
    cloud.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"AWS\":\"foo\"} | Invalid principal in policy",
        "{\"Person\":\"x\"} | Invalid principal in policy",
        "\"x\" | Invalid principal in policy",
        "{\"AWS\":\"arn:aws:iam::111122223333:role/r\"} |",
        "{\"AWS\":[\"111122223333\"]} |",
        "{\"Service\":\"logging.s3.amazonaws.com\"} |",
      })
  void aPolicyNamesPrincipalsInTheirForms(String principal, String problem) {
    var policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":%s,\
        "Action":"s3:GetObject","Resource":"arn:aws:s3:::data/*"}]}\
        """
            .formatted(principal);
    if (problem == null) {
      s3.putBucketPolicy(b -> b.bucket("data").policy(policy));
      assertThat(s3.getBucketPolicy(b -> b.bucket("data")).policy()).isEqualTo(policy);
    } else {
      assertThatThrownBy(() -> s3.putBucketPolicy(b -> b.bucket("data").policy(policy)))
          .hasMessageContaining(problem);
    }
  }

  @Test
  void aPolicyWithoutStatementsIsNone() {
    assertThatThrownBy(() ->
            s3.putBucketPolicy(
                b -> b.bucket("data").policy("{\"Version\":\"2012-10-17\",\"Statement\":[]}")))
        .hasMessageContaining("Could not parse the policy: Statement is empty!");
  }

  @Test
  void aLifecycleFilterHasOneConditionOrAnAnd() {
    assertThatThrownBy(() -> expire(f -> f.prefix("a").tag(t -> t.key("k").value("v"))))
        .hasMessageContaining("not well-formed");
    assertThatThrownBy(() -> expire(f -> f.and(a -> a.prefix("a"))))
        .hasMessageContaining("not well-formed");
    assertThatThrownBy(
            () -> expire(f -> f.and(a -> a.objectSizeGreaterThan(10L).objectSizeLessThan(5L))))
        .hasMessageContaining("has to be a value greater than 'ObjectSizeGreaterThan'");
    expire(f -> f.and(a -> a.prefix("a").objectSizeGreaterThan(10L)));
    assertThat(
            s3.getBucketLifecycleConfiguration(b -> b.bucket("data"))
                .rules()
                .getFirst()
                .filter()
                .and()
                .objectSizeGreaterThan())
        .isEqualTo(10L);
  }

  private void expire(java.util.function.Consumer<LifecycleRuleFilter.Builder> filter) {
    var rule = LifecycleRule.builder().status("Enabled").expiration(e -> e.days(1)).filter(filter);
    s3.putBucketLifecycleConfiguration(
        b -> b.bucket("data").lifecycleConfiguration(c -> c.rules(List.of(rule.build()))));
  }

  @Test
  void aVersionThatCannotBeIsNotThereWhenManyAreDeleted() {
    var errors =
        s3.deleteObjects(b ->
                b.bucket("data")
                    .delete(d ->
                        d.objects(ObjectIdentifier.builder().key("k").versionId("foo").build())))
            .errors();
    assertThat(errors)
        .singleElement()
        .satisfies(error -> {
          assertThat(error.code()).isEqualTo("NoSuchVersion");
          assertThat(error.message()).isEqualTo("The specified version does not exist.");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"s3:Fly\" | \"data/*\" | {} | Policy has invalid action",
        "\"sqs:SendMessage\" | \"data\" | {} | Policy has invalid action",
        "\"s3:ListBucket\" | \"data/*\" | {} | Action does not apply to any resource(s) in statement",
        "\"s3:GetObject\" | \"data\" | {} | Action does not apply to any resource(s) in statement",
        "[\"s3:ListBucket\",\"s3:GetObject\"] | \"data/*\" | {} | Action does not apply to any"
            + " resource(s) in statement",
        "\"s3:GetObject\" | \"data/*\" | {\"Foo\":{\"a\":\"b\"}} | Invalid Condition type : Foo",
        "[\"s3:ListBucket\",\"s3:getobject\"] | [\"data\",\"arn:aws:s3:::data/*\"] | {} |",
        "\"s3:*\" | \"data/*\" | {\"ForAnyValue:StringLikeIfExists\":{\"aws:username\":\"b\"}} |",
        "\"s3:Get*\" | \"data*\" | {} |",
      })
  void aPolicySaysOnlyWhatCanBeDoneToItsResources(
      String action, String resource, String condition, String problem) {
    var policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},\
        "Action":%s,"Resource":%s,"Condition":%s}]}\
        """
            .formatted(action, resource.replaceFirst("\"data", "\"arn:aws:s3:::data"), condition);
    if (problem == null) {
      s3.putBucketPolicy(b -> b.bucket("data").policy(policy));
      assertThat(s3.getBucketPolicy(b -> b.bucket("data")).policy()).isEqualTo(policy);
    } else {
      assertThatThrownBy(() -> s3.putBucketPolicy(b -> b.bucket("data").policy(policy)))
          .hasMessageContaining(problem);
    }
  }

  @Test
  void settingsAreRefusedRatherThanHalfUnderstood() {
    assertThatThrownBy(() ->
            s3.putBucketLifecycleConfiguration(b ->
                b.bucket("data")
                    .lifecycleConfiguration(l ->
                        l.rules(rule ->
                            rule.status("Enabled")
                                .prefix("a")
                                .filter(f -> f.prefix("a"))
                                .expiration(e -> e.days(1))))))
        .hasMessageContaining("did not validate against our published schema");
    assertThatThrownBy(() ->
            s3.putBucketLifecycleConfiguration(b ->
                b.bucket("data")
                    .lifecycleConfiguration(l ->
                        l.rules(rule ->
                            rule.status("Enabled")
                                .filter(f -> f.prefix("a"))
                                .noncurrentVersionExpiration(
                                    e -> e.noncurrentDays(1).newerNoncurrentVersions(0))))))
        .hasMessageContaining(
            "'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be a positive");
    s3.putBucketOwnershipControls(b ->
        b.bucket("data")
            .ownershipControls(o -> o.rules(rule -> rule.objectOwnership("ObjectWriter"))));
    var owner = s3.getBucketAcl(b -> b.bucket("data")).owner();
    assertThatThrownBy(() ->
            s3.putBucketAcl(b ->
                b.bucket("data")
                    .accessControlPolicy(a ->
                        a.owner(owner)
                            .grants(g ->
                                g.permission("READ")
                                    .grantee(who ->
                                        who.type("AmazonCustomerByEmail")
                                            .emailAddress("a@example.com"))))))
        .hasMessageContaining("does not match any account on record");
    assertThatThrownBy(() ->
            s3.putBucketInventoryConfiguration(b ->
                b.bucket("data")
                    .id("i")
                    .inventoryConfiguration(i ->
                        i.id("i")
                            .isEnabled(true)
                            .includedObjectVersions("Some")
                            .schedule(when -> when.frequency("Daily"))
                            .destination(to ->
                                to.s3BucketDestination(
                                    at -> at.bucket("arn:aws:s3:::data").format("CSV"))))))
        .hasMessageContaining("did not validate against our published schema");
  }

  @Test
  void noTagsAreNoTagSet() {
    s3.putBucketTagging(
        b -> b.bucket("data").tagging(t -> t.tagSet(tag -> tag.key("a").value("b"))));
    s3.putBucketTagging(b -> b.bucket("data").tagging(t -> t.tagSet(List.of())));
    assertThatThrownBy(() -> s3.getBucketTagging(b -> b.bucket("data")))
        .hasMessageContaining("The TagSet does not exist");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "us-east-1 | Unable to validate the following destination configurations",
        "eu-west-1 | The notification destination service region is not valid for the bucket",
      })
  void whereEventsGoMustBeThereAndInTheRegion(String region, String problem) {
    assertThatThrownBy(() ->
            s3.putBucketNotificationConfiguration(b ->
                b.bucket("data")
                    .notificationConfiguration(n ->
                        n.queueConfigurations(q ->
                            q.queueArn("arn:aws:sqs:" + region + ":000000000000:gone")
                                .eventsWithStrings("s3:ObjectCreated:*")))))
        .hasMessageContaining(problem);
  }
}
