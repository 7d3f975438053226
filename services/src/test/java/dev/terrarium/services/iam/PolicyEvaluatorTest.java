package dev.terrarium.services.iam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyEvaluatorTest {
  private static PolicyEvaluator.Decision decide(
      String statements, String action, String resource, Map<String, List<String>> context) {
    var document = Json.parse("{\"Statement\":" + statements.replace('\'', '"') + "}");
    var question =
        new PolicyEvaluator.Question(
            action, resource, "arn:aws:iam::123456789012:user/ann", context);
    return PolicyEvaluator.evaluate(
            question,
            List.of(new PolicyEvaluator.Named("p", "inline", document)),
            List.of(),
            List.of())
        .decision();
  }

  @Test
  void aDenyWinsOverEveryAllow() {
    var policy =
        "[{'Effect':'Allow','Action':'*','Resource':'*'},{'Effect':'Deny','Action':'s3:Delete*','Resource':'*'}]";
    assertThat(decide(policy, "s3:DeleteObject", "*", Map.of()))
        .isEqualTo(PolicyEvaluator.Decision.EXPLICIT_DENY);
    assertThat(decide(policy, "s3:GetObject", "*", Map.of()))
        .isEqualTo(PolicyEvaluator.Decision.ALLOWED);
  }

  @Test
  void notActionAndNotResourceMatchTheRest() {
    var policy = "{'Effect':'Allow','NotAction':'iam:*','NotResource':'arn:aws:s3:::secret/*'}";
    assertThat(decide(policy, "s3:GetObject", "arn:aws:s3:::open/k", Map.of()))
        .isEqualTo(PolicyEvaluator.Decision.ALLOWED);
    assertThat(decide(policy, "iam:GetRole", "arn:aws:s3:::open/k", Map.of()))
        .isEqualTo(PolicyEvaluator.Decision.IMPLICIT_DENY);
    assertThat(decide(policy, "s3:GetObject", "arn:aws:s3:::secret/k", Map.of()))
        .isEqualTo(PolicyEvaluator.Decision.IMPLICIT_DENY);
  }

  @Test
  void variablesAreFilledFromTheContext() {
    var policy =
        "{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::home/${aws:username}/*'}";
    assertThat(
            decide(
                policy,
                "s3:GetObject",
                "arn:aws:s3:::home/ann/k",
                Map.of("aws:username", List.of("ann"))))
        .isEqualTo(PolicyEvaluator.Decision.ALLOWED);
    assertThat(decide(policy, "s3:GetObject", "arn:aws:s3:::home/ann/k", Map.of()))
        .isEqualTo(PolicyEvaluator.Decision.IMPLICIT_DENY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          StringEquals              | a          | a            | true
          StringEquals              | a          | b            | false
          StringNotEquals           | a          |              | true
          StringEqualsIfExists      | a          |              | true
          StringEqualsIgnoreCase    | Ab         | aB           | true
          StringLike                | ab*        | abc          | true
          StringNotLike             | ab*        | abc          | false
          NumericLessThan           | 10         | 9.5          | true
          NumericGreaterThanEquals  | 10         | 9.5          | false
          NumericEquals             | 10         | ten          | false
          DateLessThan              | 2026-01-02 | 2026-01-01T10:00:00Z | true
          Bool                      | true       | TRUE         | true
          IpAddress                 | 10.0.0.0/8 | 10.200.1.1   | true
          IpAddress                 | 10.0.0.0/8 | 11.200.1.1   | false
          NotIpAddress              | 10.0.0.0/8 | 11.200.1.1   | true
          IpAddress                 | 2001:db8::/32 | 2001:db8::1 | true
          ArnLike                   | arn:aws:s3:::b*/k | arn:aws:s3:::bb/k | true
          ArnLike                   | arn:aws:*:b | arn:aws:s3:::b | false
          Null                      | true       |              | true
          Null                      | false      | a            | true
          """)
  void operatorsCompare(String operator, String expected, String actual, boolean holds) {
    var found =
        ConditionOperator.matches(
            operator.trim(), actual == null ? null : List.of(actual), List.of(expected));
    assertThat(found).isEqualTo(holds);
  }

  @Test
  void setOperatorsAskForAllOrAnyValue() {
    var actual = List.of("a", "b");
    assertThat(
            ConditionOperator.matches("ForAllValues:StringEquals", actual, List.of("a", "b", "c")))
        .isTrue();
    assertThat(ConditionOperator.matches("ForAllValues:StringEquals", actual, List.of("a")))
        .isFalse();
    assertThat(ConditionOperator.matches("ForAnyValue:StringEquals", actual, List.of("a")))
        .isTrue();
    assertThat(ConditionOperator.matches("ForAnyValue:StringEquals", null, List.of("a"))).isFalse();
  }
}
