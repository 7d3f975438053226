package dev.terrarium.services.s3.select;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The scalar functions and casts of S3 Select.
final class SqlFunctions {
  static final Set<String> NAMES =
      Set.of(
          "CHAR_LENGTH",
          "CHARACTER_LENGTH",
          "COALESCE",
          "LOWER",
          "NULLIF",
          "TO_STRING",
          "TO_TIMESTAMP",
          "UPPER",
          "UTCNOW");

  private SqlFunctions() {}

  static JsonNode call(String name, List<JsonNode> values, OffsetDateTime now) {
    switch (name) {
      case "COALESCE" -> {
        return values.stream()
            .filter(value -> !isNothing(value))
            .findFirst()
            .orElse(NullNode.getInstance());
      }
      case "NULLIF" -> {
        var equal = SqlValues.compare(values.get(0), values.get(1));
        return equal != null && equal == 0 ? NullNode.getInstance() : values.getFirst();
      }
      case "UTCNOW" -> {
        return TextNode.valueOf(now.toString());
      }
      default -> {
        for (var value : values) {
          if (isNothing(value)) {
            return NullNode.getInstance();
          }
        }
      }
    }
    return switch (name) {
      case "CHAR_LENGTH", "CHARACTER_LENGTH" ->
          number(values.getFirst().asText().codePointCount(0, values.getFirst().asText().length()));
      case "LOWER" -> TextNode.valueOf(values.getFirst().asText().toLowerCase(Locale.ROOT));
      case "UPPER" -> TextNode.valueOf(values.getFirst().asText().toUpperCase(Locale.ROOT));
      case "SUBSTRING" -> substring(values);
      case "TRIM" -> TextNode.valueOf(trim(values));
      case "TO_TIMESTAMP" -> TextNode.valueOf(timestamp(values.getFirst().asText()).toString());
      case "TO_STRING" -> format(values);
      case "EXTRACT" -> number(part(values.get(0).asText(), timestamp(values.get(1).asText())));
      case "DATE_ADD" ->
          TextNode.valueOf(
              timestamp(values.get(2).asText())
                  .plus(values.get(1).asLong(), unit(values.get(0).asText()))
                  .toString());
      case "DATE_DIFF" ->
          number(
              unit(values.get(0).asText())
                  .between(timestamp(values.get(1).asText()), timestamp(values.get(2).asText())));
      default ->
          throw new SelectException("UnsupportedFunction", "Unsupported SQL function: " + name);
    };
  }

  static boolean isNothing(JsonNode value) {
    return value.isNull() || value.isMissingNode();
  }

  private static JsonNode number(long value) {
    return DecimalNode.valueOf(BigDecimal.valueOf(value));
  }

  private static JsonNode substring(List<JsonNode> values) {
    var text = values.getFirst().asText();
    var start = values.get(1).asInt();
    var end = values.size() > 2 ? (long) start + values.get(2).asInt() : Long.MAX_VALUE;
    var from = Math.clamp(start - 1L, 0, text.length());
    var to = Math.clamp(end - 1, from, text.length());
    return TextNode.valueOf(text.substring(from, to));
  }

  private static String trim(List<JsonNode> values) {
    var side = values.get(0).asText();
    var characters = values.get(1).asText();
    var text = values.get(2).asText();
    int from = 0;
    int to = text.length();
    while (!side.equals("TRAILING") && from < to && characters.indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    while (!side.equals("LEADING") && to > from && characters.indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }

  static OffsetDateTime timestamp(String text) {
    try {
      if (text.matches("[0-9]{4}T?")) {
        return LocalDate.of(Integer.parseInt(text.substring(0, 4)), 1, 1)
            .atStartOfDay()
            .atOffset(ZoneOffset.UTC);
      } else if (text.matches("[0-9]{4}-[0-9]{2}T?")) {
        return LocalDate.parse(text.substring(0, 7) + "-01")
            .atStartOfDay()
            .atOffset(ZoneOffset.UTC);
      } else if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T?")) {
        return LocalDate.parse(text.substring(0, 10)).atStartOfDay().atOffset(ZoneOffset.UTC);
      }
      return OffsetDateTime.parse(text);
    } catch (DateTimeException e) {
      throw new SelectException(
          "ValueParseFailure", "Time stamp parse failure in the SQL expression.");
    }
  }

  private static JsonNode format(List<JsonNode> values) {
    // Ion's patterns write the day of the month and the offset as Java does.
    var pattern = values.get(1).asText().replace('y', 'u').replace('n', 'n');
    try {
      return TextNode.valueOf(
          DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
              .format(timestamp(values.getFirst().asText())));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new SelectException(
          "EvaluatorInvalidTimestampFormatPattern",
          "Time stamp format pattern is not valid in the SQL expression.");
    }
  }

  private static ChronoUnit unit(String part) {
    return switch (part) {
      case "year" -> ChronoUnit.YEARS;
      case "month" -> ChronoUnit.MONTHS;
      case "day" -> ChronoUnit.DAYS;
      case "hour" -> ChronoUnit.HOURS;
      case "minute" -> ChronoUnit.MINUTES;
      case "second" -> ChronoUnit.SECONDS;
      default -> throw badPart(part);
    };
  }

  private static long part(String part, OffsetDateTime time) {
    return switch (part) {
      case "year" -> time.getYear();
      case "month" -> time.getMonthValue();
      case "day" -> time.getDayOfMonth();
      case "hour" -> time.getHour();
      case "minute" -> time.getMinute();
      case "second" -> time.getSecond();
      case "timezone_hour" -> time.getOffset().getTotalSeconds() / 3600;
      case "timezone_minute" -> time.getOffset().getTotalSeconds() / 60 % 60;
      default -> throw badPart(part);
    };
  }

  private static SelectException badPart(String part) {
    return new SelectException(
        "ParseExpectedDatePart", "Did not find the expected date part: " + part);
  }

  static JsonNode cast(JsonNode value, String type) {
    if (isNothing(value)) {
      return value.isMissingNode() ? MissingNode.getInstance() : value;
    }
    var text = value.asText().strip();
    return switch (type) {
      case "INT", "INTEGER", "BIGINT", "SMALLINT" -> {
        var number = SqlValues.number(value);
        yield DecimalNode.valueOf(
            require(number, text, type).setScale(0, java.math.RoundingMode.DOWN));
      }
      case "FLOAT", "DECIMAL", "NUMERIC", "DOUBLE", "REAL" ->
          DecimalNode.valueOf(require(SqlValues.number(value), text, type));
      case "STRING", "VARCHAR", "CHAR", "TEXT" -> TextNode.valueOf(SqlValues.text(value));
      case "BOOL", "BOOLEAN" -> {
        if (text.equalsIgnoreCase("true") || text.equals("1")) {
          yield BooleanNode.TRUE;
        } else if (text.equalsIgnoreCase("false") || text.equals("0")) {
          yield BooleanNode.FALSE;
        }
        throw castFailed(text, type);
      }
      case "TIMESTAMP" -> TextNode.valueOf(timestamp(text).toString());
      default ->
          throw new SelectException(
              "ParseUnknownOperator", "The data type " + type + " is not supported.");
    };
  }

  private static BigDecimal require(@Nullable BigDecimal number, String text, String type) {
    if (number == null) {
      throw castFailed(text, type);
    }
    return number;
  }

  private static SelectException castFailed(String text, String type) {
    return new SelectException(
        "CastFailed",
        "Attempt to convert from one data type to another using CAST failed in the SQL"
            + " expression: '"
            + text
            + "' to "
            + type
            + ".");
  }
}
