package dev.terrarium.services.secretsmanager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Json;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;

final class RotationTest extends SecretsFixture {
  private int made;

  @BeforeEach
  void secret() {
    secrets.createSecret(r -> r.name("s").secretString("v0"));
    function = this::rotate;
  }

  /// What AWS's template of a rotation function does.
  private String rotate(String text) {
    var event = Json.parse(text);
    var token = event.path("ClientRequestToken").asText();
    var id = event.path("SecretId").asText();
    switch (event.path("Step").asText()) {
      case "createSecret" ->
          secrets.putSecretValue(r ->
              r.secretId(id)
                  .clientRequestToken(token)
                  .secretString("v" + ++made)
                  .versionStages("AWSPENDING"));
      case "finishSecret" -> {
        var stages = secrets.describeSecret(r -> r.secretId(id)).versionIdsToStages();
        var current =
            stages.entrySet().stream()
                .filter(entry -> entry.getValue().contains("AWSCURRENT"))
                .findFirst()
                .orElseThrow()
                .getKey();
        secrets.updateSecretVersionStage(r ->
            r.secretId(id)
                .versionStage("AWSCURRENT")
                .moveToVersionId(token)
                .removeFromVersionId(current));
      }
      default -> {}
    }
    return "";
  }

  private void settle() {
    cloud.timers().advance(Duration.ZERO);
  }

  private DescribeSecretResponse describe() {
    return secrets.describeSecret(r -> r.secretId("s"));
  }

  @Test
  void theFourStepsMakeANewCurrentValue() {
    var rotated =
        secrets.rotateSecret(r ->
            r.secretId("s")
                .rotationLambdaARN(FUNCTION)
                .rotationRules(rules -> rules.automaticallyAfterDays(30L)));
    settle();
    assertThat(events)
        .extracting(event -> Json.parse(event).path("Step").asText())
        .containsExactly("createSecret", "setSecret", "testSecret", "finishSecret");
    assertThat(value("s")).isEqualTo("v1");
    assertThat(
            secrets.getSecretValue(r -> r.secretId("s").versionStage("AWSPREVIOUS")).secretString())
        .isEqualTo("v0");
    var described = describe();
    assertThat(described.rotationEnabled()).isTrue();
    assertThat(described.lastRotatedDate()).isEqualTo(START);
    assertThat(described.versionIdsToStages().get(rotated.versionId())).contains("AWSCURRENT");
    assertThat(described.nextRotationDate()).isEqualTo(Instant.parse("2026-02-01T23:59:59Z"));
  }

  @Test
  void theScheduleRotatesByTheClockUntilItIsCancelled() {
    secrets.rotateSecret(r ->
        r.secretId("s")
            .rotationLambdaARN(FUNCTION)
            .rotationRules(rules -> rules.scheduleExpression("rate(10 days)")));
    cloud.timers().advance(Duration.ofDays(25));
    assertThat(value("s")).isEqualTo("v3");
    secrets.cancelRotateSecret(r -> r.secretId("s"));
    cloud.timers().advance(Duration.ofDays(25));
    assertThat(value("s")).isEqualTo("v3");
    assertThat(describe().rotationEnabled()).isFalse();
  }

  @Test
  void aStepThatFailsIsTriedAgainLater() {
    function = event -> "boom";
    secrets.rotateSecret(r -> r.secretId("s").rotationLambdaARN(FUNCTION));
    settle();
    assertThat(value("s")).isEqualTo("v0");
    assertRefused(() -> secrets.rotateSecret(r -> r.secretId("s")))
        .isEqualTo(
            "InvalidRequestException: A previous rotation isn't complete. That rotation will be reattempted.");
    settle();
    function = this::rotate;
    cloud.timers().advance(Duration.ofMinutes(5));
    assertThat(value("s")).isEqualTo("v1");
  }

  @Test
  void aRotationGoesOnAfterARestart() {
    function = event -> "boom";
    secrets.rotateSecret(r -> r.secretId("s").rotationLambdaARN(FUNCTION));
    settle();
    function = event -> "";
    events.clear();
    try (var again = open()) {
      again.resume();
      again.timers().advance(Duration.ofMinutes(5));
      assertThat(events).hasSize(4);
    }
  }

  @Test
  void withoutAFunctionThereIsNoRotation() {
    assertRefused(() -> secrets.rotateSecret(r -> r.secretId("s")))
        .isEqualTo(
            "InvalidRequestException: No Lambda rotation function ARN is associated with this secret.");
    assertRefused(
            () -> secrets.rotateSecret(r -> r.secretId("s").rotationLambdaARN(FUNCTION + "x")))
        .startsWith("AccessDeniedException: Secrets Manager cannot invoke the specified Lambda");
    assertRefused(() ->
            secrets.rotateSecret(r ->
                r.secretId("s")
                    .rotationLambdaARN(FUNCTION)
                    .rotationRules(rules -> rules.scheduleExpression("rate(1 hour)"))))
        .startsWith("InvalidParameterException");
  }

  @Test
  void cronExpressionsNameTheNextMoment() {
    var from = Instant.parse("2026-01-02T03:04:05Z"); // A Friday.
    assertThat(next("0 8 1 * ? *", from)).isEqualTo("2026-02-01T08:00:00Z");
    assertThat(next("0 8 L * ? *", from)).isEqualTo("2026-01-31T08:00:00Z");
    assertThat(next("0 0/8 * * ? *", from)).isEqualTo("2026-01-02T08:00:00Z");
    assertThat(next("0 10 ? * MON#1 *", from)).isEqualTo("2026-01-05T10:00:00Z");
    assertThat(next("0 10 ? * 6L *", from)).isEqualTo("2026-01-30T10:00:00Z");
    assertThat(next("0 2 ? JAN,JUL SUN *", from)).isEqualTo("2026-01-04T02:00:00Z");
    assertThat(RotationSchedule.cron("cron(5 8 1 * ? *)")).isEmpty();
    assertThat(RotationSchedule.cron("cron(0 8 * * * *)")).isEmpty();
  }

  private static String next(String cron, Instant from) {
    return RotationSchedule.cron("cron(" + cron + ")")
        .orElseThrow()
        .next(from)
        .orElseThrow()
        .toString();
  }
}
