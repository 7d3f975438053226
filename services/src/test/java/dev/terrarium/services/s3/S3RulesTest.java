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
}
