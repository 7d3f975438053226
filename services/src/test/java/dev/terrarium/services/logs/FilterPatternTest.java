package dev.terrarium.services.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

/// Expectations are the examples of AWS's "Filter pattern syntax", shortened.
class FilterPatternTest {
  private static final String EVENT =
      """
      {"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111",
       "arrayKey": ["value", "another value"],
       "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
       "SomeObject": null, "cluster.name": "c", "flag": true, "errorCode": 400, "size": 1.5e3}
      """;

  private static final String ACCESS =
      "127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534";

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '~',
      value = {
        "ERROR ^ [ERROR 400] BAD REQUEST ^ true",
        "ERROR ARGUMENTS ^ [ERROR 419] MISSING ARGUMENTS ^ true",
        "ERROR ARGUMENTS ^ [ERROR 400] BAD REQUEST ^ false",
        "?ERROR ?ARGUMENTS ^ MISSING ARGUMENTS ^ true",
        "?ERROR ?ARGUMENTS ^ fine ^ false",
        "ERROR -ARGUMENTS ^ [ERROR 400] BAD REQUEST ^ true",
        "ERROR -ARGUMENTS ^ [ERROR 419] MISSING ARGUMENTS ^ false",
        "\"INTERNAL SERVER ERROR\" ^ [ERROR 500] INTERNAL SERVER ERROR ^ true",
        "\"INTERNAL SERVER ERROR\" ^ ERROR INTERNAL ^ false",
        "%AUTHORIZED% ^ [ERROR 401] UNAUTHORIZED REQUEST ^ true",
        "%ERROR [45][0-9]{2}% ^ [ERROR 419] ^ true",
        "%ERROR [45][0-9]{2}% ^ [ERROR 319] ^ false",
      })
  void termsMatchText(String pattern, String message, boolean expected) {
    assertThat(FilterPattern.parse(pattern).matches(message)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '~',
      value = {
        "{ $.eventType = \"UpdateTrail\" } ^ true",
        "{ $.eventType = UpdateTrail } ^ true",
        "{ $.eventType = \"Update*\" } ^ true",
        "{ $.eventType != \"UpdateTrail\" } ^ false",
        "{ $.sourceIPAddress != 123.123.* } ^ true",
        "{ $.arrayKey[0] = \"value\" } ^ true",
        "{ $.arrayKey[*] = \"another value\" } ^ true",
        "{ $.objectList[1].id = 2 } ^ true",
        "{ $.errorCode = 400 } ^ true",
        "{ $.errorCode >= 400 && $.errorCode < 500 } ^ true",
        "{ $.errorCode > 400 } ^ false",
        "{ $.size = 1500 } ^ true",
        "{ $.SomeObject IS NULL } ^ true",
        "{ $.SomeOtherObject NOT EXISTS } ^ true",
        "{ $.SomeObject NOT EXISTS } ^ false",
        "{ $.flag IS TRUE } ^ true",
        "{ $.flag IS FALSE } ^ false",
        "{ $.['cluster.name'] = \"c\" } ^ true",
        "{ $.eventType = %Trail$% } ^ true",
        "{ ($.errorCode = 1 || $.errorCode = 400) && $.flag IS TRUE } ^ true",
        "{ ($.errorCode = 1) || ($.errorCode = 2) } ^ false",
        "{ $.missing = \"*\" } ^ false",
      })
  void conditionsMatchJson(String pattern, boolean expected) {
    assertThat(FilterPattern.parse(pattern).matches(EVENT)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '~',
      value = {
        "[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes] ^ true",
        "[ip, user, username, timestamp, request, status_code = 404, bytes] ^ true",
        "[ip, user, username, timestamp, request, status_code = 404 || status_code = 410, bytes] ^ true",
        "[ip, user, username, timestamp, request, status_code >= 500, bytes] ^ false",
        "[..., status_code = 4*, bytes > 1000] ^ true",
        "[..., bytes > 2000] ^ false",
        "[ip = %127\\.0\\.0\\.[1-9]%, ...] ^ true",
        "[ip, user] ^ false",
        "[ip!=127.0.0.1, ...] ^ false",
        "[, , username = frank, ...] ^ true",
      })
  void fieldsMatchSpaceDelimitedText(String pattern, boolean expected) {
    assertThat(FilterPattern.parse(pattern).matches(ACCESS)).isEqualTo(expected);
  }

  @Test
  void nothingMatchesEverything() {
    assertThat(FilterPattern.parse("").matches("x")).isTrue();
    assertThat(FilterPattern.parse(null).matches("x")).isTrue();
  }

  @Test
  void jsonConditionsDoNotMatchOtherText() {
    assertThat(FilterPattern.parse("{ $.a = 1 }").matches("plain")).isFalse();
    assertThat(FilterPattern.parse("{ $.a = 1 }").matches("{broken")).isFalse();
  }

  @Test
  void aBrokenPatternIsRefused() {
    for (var pattern :
        new String[] {"{ $.a = }", "{ a = 1 }", "[a, b", "{ $.a ~ 1 }", "[..., a, ...]"}) {
      assertThatThrownBy(() -> FilterPattern.parse(pattern))
          .as(pattern)
          .isInstanceOf(InvalidParameterException.class);
    }
  }
}
