package dev.terrarium.services.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterMetadata;
import software.amazon.awssdk.services.ssm.model.ParameterStringFilter;
import software.amazon.awssdk.services.ssm.model.Tag;

final class ParameterStoreTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private final MemoryStore store = new MemoryStore();
  private final Cloud cloud = Cloud.builder().store(store).clock(Clock.stoppedAt(START)).build();
  private final SsmClient ssm = cloud.client(SsmClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private void put(String name, String value) {
    ssm.putParameter(r -> r.name(name).value(value).type("String").overwrite(true));
  }

  private String value(String name) {
    return ssm.getParameter(r -> r.name(name).withDecryption(true)).parameter().value();
  }

  private static AbstractStringAssert<?> assertRefused(ThrowingCallable call) {
    var error = catchThrowableOfType(AwsServiceException.class, call);
    return Assertions.assertThat(
        error == null ? "no error" : Errors.code(error) + ": " + Errors.message(error));
  }

  @Test
  void aParameterIsReadAsItWasPut() {
    var put = ssm.putParameter(r -> r.name("/a/b").value("v").type("String"));
    assertThat(put.version()).isEqualTo(1);
    assertThat(put.tierAsString()).isEqualTo("Standard");
    var read = ssm.getParameter(r -> r.name("/a/b")).parameter();
    assertThat(read)
        .isEqualTo(
            Parameter.builder()
                .name("/a/b")
                .type("String")
                .value("v")
                .version(1L)
                .lastModifiedDate(START)
                .arn("arn:aws:ssm:us-east-1:000000000000:parameter/a/b")
                .dataType("text")
                .build());
    assertThat(value(read.arn())).isEqualTo("v");
    assertRefused(() -> ssm.putParameter(r -> r.name("/a/b").value("v").type("String")))
        .startsWith("ParameterAlreadyExists: The parameter already exists.");
    assertRefused(() -> ssm.getParameter(r -> r.name("/none"))).isEqualTo("ParameterNotFound: ");
  }

  @Test
  void versionsAndLabelsSelect() {
    put("p", "one");
    put("p", "two");
    ssm.labelParameterVersion(r -> r.name("p").parameterVersion(1L).labels("prod"));
    assertThat(value("p")).isEqualTo("two");
    assertThat(value("p:1")).isEqualTo("one");
    assertThat(value("p:prod")).isEqualTo("one");
    assertThat(ssm.getParameter(r -> r.name("p:prod")).parameter().selector()).isEqualTo(":prod");
    assertRefused(() -> value("p:7"))
        .isEqualTo(
            "ParameterVersionNotFound: Systems Manager could not find version 7 of p. Verify the version and try again.");
    var many = ssm.getParameters(r -> r.names("p:1", "p:9", "q"));
    assertThat(many.parameters()).hasSize(1);
    assertThat(many.invalidParameters()).containsExactly("p:9", "q");
    ssm.labelParameterVersion(r -> r.name("p").labels("prod"));
    assertThat(value("p:prod")).isEqualTo("two");
    assertThat(ssm.labelParameterVersion(r -> r.name("p").labels("aws", "1")).invalidLabels())
        .containsExactly("aws", "1");
    assertThat(
            ssm.unlabelParameterVersion(r -> r.name("p").parameterVersion(2L).labels("prod", "x"))
                .removedLabels())
        .containsExactly("prod");
  }

  @Test
  void aHundredVersionsAreKeptUnlessTheOldestHasALabel() {
    for (int i = 1; i <= 101; i++) {
      put("p", "v" + i);
    }
    assertRefused(() -> value("p:1")).startsWith("ParameterVersionNotFound");
    assertThat(
            ssm.getParameterHistoryPaginator(r -> r.name("p")).stream()
                .mapToInt(page -> page.parameters().size())
                .sum())
        .isEqualTo(100);
    ssm.labelParameterVersion(r -> r.name("p").parameterVersion(2L).labels("old"));
    assertRefused(() -> put("p", "x"))
        .startsWith("ParameterMaxVersionLimitExceeded: You attempted to create a new version of p");
  }

  @Test
  void aSecureStringIsShownInTheClearOnlyWhenAsked() {
    ssm.putParameter(r -> r.name("s").value("secret").type("SecureString"));
    assertThat(value("s")).isEqualTo("secret");
    assertThat(ssm.getParameter(r -> r.name("s")).parameter().value()).doesNotContain("secret");
    assertThat(ssm.describeParameters(r -> {}).parameters().getFirst().keyId())
        .isEqualTo("alias/aws/ssm");
    var key = cloud.client(KmsClient.class).createKey().keyMetadata().keyId();
    var large = "x".repeat(8000);
    ssm.putParameter(
        r -> r.name("t").value(large).type("SecureString").keyId(key).tier("Intelligent-Tiering"));
    assertThat(value("t")).isEqualTo(large);
    cloud.client(KmsClient.class).disableKey(r -> r.keyId(key));
    assertRefused(() -> value("t")).startsWith("InvalidKeyId: ").contains("is disabled.");
    assertRefused(() ->
            ssm.putParameter(r -> r.name("u").value("v").type("SecureString").keyId("alias/none")))
        .startsWith(
            "InvalidKeyId: Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.");
  }

  @Test
  void pathsAreWalkedLevelByLevel() {
    put("/a/b", "1");
    put("/a/c/d", "2");
    put("/ab", "3");
    assertThat(ssm.getParametersByPath(r -> r.path("/a")).parameters())
        .extracting(Parameter::name)
        .containsExactly("/a/b");
    assertThat(ssm.getParametersByPath(r -> r.path("/a/").recursive(true)).parameters())
        .extracting(Parameter::name)
        .containsExactly("/a/b", "/a/c/d");
    var page = ssm.getParametersByPath(r -> r.path("/").recursive(true).maxResults(2));
    assertThat(page.parameters()).hasSize(2);
    assertThat(
            ssm.getParametersByPath(
                    r -> r.path("/").recursive(true).maxResults(2).nextToken(page.nextToken()))
                .parameters())
        .hasSize(1);
    assertRefused(() -> ssm.getParametersByPath(r -> r.path("a")))
        .startsWith(
            "ValidationException: The parameter doesn't meet the parameter name requirements.");
    assertRefused(() -> ssm.getParametersByPath(r -> r.path("/a").maxResults(11)))
        .contains("at 'maxResults' failed to satisfy constraint");
  }

  @Test
  void listingsAreFiltered() {
    put("/a/b", "1");
    ssm.putParameter(r ->
        r.name("c")
            .value("x,y")
            .type("StringList")
            .tags(Tag.builder().key("k").value("v").build()));
    assertThat(filtered("Name", "BeginsWith", "/a")).containsExactly("/a/b");
    assertThat(filtered("Type", null, "StringList")).containsExactly("c");
    assertThat(filtered("tag:k", null, "v")).containsExactly("c");
    assertThat(filtered("Path", "Recursive", "/a")).containsExactly("/a/b");
    assertRefused(() -> filtered("Path", "Equals", "/a"))
        .isEqualTo(
            "InvalidFilterOption: The following filter option is not valid: Equals. Valid options include: [Recursive, OneLevel].");
    assertRefused(() -> filtered("Xyz", null, "a")).contains("at 'parameterFilters.1.member.key'");
  }

  private java.util.List<String> filtered(
      String key, @org.jspecify.annotations.Nullable String option, String value) {
    return ssm
        .describeParameters(r ->
            r.parameterFilters(
                ParameterStringFilter.builder().key(key).option(option).values(value).build()))
        .parameters()
        .stream()
        .map(ParameterMetadata::name)
        .toList();
  }

  @Test
  void badNamesAndValuesAreRefusedInTheirOwnWords() {
    assertRefused(() -> put("aws", "v"))
        .isEqualTo(
            "ValidationException: Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
    assertRefused(() -> put("a/b", "v"))
        .isEqualTo("ValidationException: Parameter name must be a fully qualified name.");
    assertRefused(() -> put("/aws/x", "v"))
        .startsWith("AccessDeniedException: No access to reserved");
    assertRefused(() -> put("/a".repeat(16), "v"))
        .startsWith("HierarchyLevelLimitExceededException");
    assertRefused(() -> ssm.putParameter(r -> r.name("p").value("v")))
        .isEqualTo(
            "ValidationException: A parameter type is required when you create a parameter.");
    assertRefused(() -> put("p", "x".repeat(4097)))
        .startsWith("ValidationException: Standard tier parameters support a maximum");
    assertRefused(() ->
            ssm.putParameter(r -> r.name("p").value("b").type("String").allowedPattern("^a$")))
        .isEqualTo(
            "ParameterPatternMismatchException: Parameter value, cannot be validated against allowedPattern: ^a$");
    assertRefused(
            () -> ssm.putParameter(r -> r.name("p").value("b").type("String").dataType("other")))
        .isEqualTo(
            "ValidationException: The following data type is not supported: other (Data type names are all lowercase.)");
  }

  @Test
  void anExpirationPolicyDeletesTheParameterAtItsTime() {
    ssm.putParameter(r ->
        r.name("p")
            .value("v")
            .type("String")
            .tier("Advanced")
            .policies(
                "[{\"Type\":\"Expiration\",\"Version\":\"1.0\",\"Attributes\":{\"Timestamp\":\"2026-01-03T00:00:00.000Z\"}}]"));
    assertThat(ssm.describeParameters(r -> {}).parameters().getFirst().policies()).hasSize(1);
    cloud.timers().advance(Duration.ofDays(1));
    assertRefused(() -> value("p")).startsWith("ParameterNotFound");
  }

  @Test
  void tagsAndValuesSurviveARestart() {
    ssm.putParameter(r -> r.name("s").value("secret").type("SecureString"));
    ssm.addTagsToResource(r ->
        r.resourceType("Parameter")
            .resourceId("s")
            .tags(Tag.builder().key("k").value("v").build()));
    try (var again = Cloud.builder().store(store).clock(Clock.stoppedAt(START)).build()) {
      again.resume();
      var client = again.client(SsmClient.class);
      assertThat(client.getParameter(r -> r.name("s").withDecryption(true)).parameter().value())
          .isEqualTo("secret");
      assertThat(
              client
                  .listTagsForResource(r -> r.resourceType("Parameter").resourceId("s"))
                  .tagList())
          .hasSize(1);
    }
    assertRefused(
            () -> ssm.listTagsForResource(r -> r.resourceType("Parameter").resourceId("none")))
        .startsWith("InvalidResourceId");
  }

  @Test
  void deletingTellsWhatWasNotThere() {
    put("p", "v");
    var deleted = ssm.deleteParameters(r -> r.names("p", "q"));
    assertThat(deleted.deletedParameters()).containsExactly("p");
    assertThat(deleted.invalidParameters()).containsExactly("q");
    assertRefused(() -> ssm.deleteParameter(r -> r.name("p"))).isEqualTo("ParameterNotFound: ");
  }
}
