package dev.terrarium.services.logs;

import dev.terrarium.kernel.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Insights' functions on addresses, moments, JSON and escaped texts.
final class MoreInsightsFunctions {
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  private MoreInsightsFunctions() {}

  /// @throws IllegalArgumentException if there is none of that name
  static InsightsExpression of(String name, List<InsightsExpression> arguments) {
    return switch (name) {
      case "sqrt" -> onDouble(arguments, Math::sqrt);
      case "log" -> onDouble(arguments, Math::log);
      case "greatest" -> extreme(arguments, Comparator.naturalOrder());
      case "least" -> extreme(arguments, Comparator.reverseOrder());
      case "tomillis" ->
          InsightsFunctions.onText(
              arguments, text -> Objects.toString(InsightsFunctions.millis(text), null));
      case "frommillis" ->
          InsightsFunctions.onText(
              arguments,
              text -> {
                var millis = InsightsFunctions.millis(text);
                return millis == null ? null : InsightsFunctions.time(millis);
              });
      case "urlencode" ->
          InsightsFunctions.onText(
              arguments, text -> URLEncoder.encode(text, StandardCharsets.UTF_8));
      case "urldecode" -> InsightsFunctions.onText(arguments, MoreInsightsFunctions::decoded);
      case "jsonparse", "jsonstringify" ->
          InsightsFunctions.onText(arguments, MoreInsightsFunctions::json);
      case "strcontains" ->
          row -> {
            var text = arguments.get(0).in(row);
            var part = arguments.get(1).in(row);
            return InsightsExpression.truth(text != null && part != null && text.contains(part));
          };
      case "substr" -> part(arguments);
      case "isvalidip" ->
          InsightsFunctions.onText(
              arguments, text -> InsightsExpression.truth(address(text) != null));
      case "isvalidipv4" ->
          InsightsFunctions.onText(
              arguments, text -> InsightsExpression.truth(IPV4.matcher(text).matches()));
      case "isvalidipv6" ->
          InsightsFunctions.onText(
              arguments,
              text ->
                  InsightsExpression.truth(!IPV4.matcher(text).matches() && address(text) != null));
      case "isipinsubnet", "isipv4insubnet", "isipv6insubnet" ->
          row ->
              InsightsExpression.truth(
                  inSubnet(arguments.get(0).in(row), arguments.get(1).in(row)));
      default -> throw new IllegalArgumentException("unknown function " + name);
    };
  }

  private static InsightsExpression onDouble(
      List<InsightsExpression> arguments, DoubleUnaryOperator function) {
    var argument = arguments.getFirst();
    return row -> {
      var value = InsightsExpression.number(argument.in(row));
      if (value == null) {
        return null;
      }
      var result = function.applyAsDouble(value.doubleValue());
      return Double.isFinite(result)
          ? InsightsExpression.text(new BigDecimal(result, MathContext.DECIMAL64))
          : null;
    };
  }

  private static InsightsExpression extreme(
      List<InsightsExpression> arguments, Comparator<BigDecimal> order) {
    return row ->
        arguments.stream()
            .map(a -> InsightsExpression.number(a.in(row)))
            .filter(Objects::nonNull)
            .max(order)
            .map(InsightsExpression::text)
            .orElse(null);
  }

  /// From a place on, counted from 0; and, with a third argument, only so many characters.
  private static InsightsExpression part(List<InsightsExpression> arguments) {
    if (arguments.size() < 2 || arguments.size() > 3) {
      throw new IllegalArgumentException("substr has " + arguments.size() + " arguments");
    }
    return row -> {
      var text = arguments.get(0).in(row);
      var start = InsightsExpression.number(arguments.get(1).in(row));
      if (text == null || start == null) {
        return null;
      }
      var from = Math.clamp(start.intValue(), 0, text.length());
      var length =
          arguments.size() == 2 ? null : InsightsExpression.number(arguments.get(2).in(row));
      var to =
          length == null
              ? text.length()
              : Math.clamp((long) from + length.intValue(), from, text.length());
      return text.substring(from, to);
    };
  }

  private static @Nullable String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null; // What is not encoded cannot be decoded.
    }
  }

  private static @Nullable String json(String text) {
    try {
      return Json.write(Json.parse(text));
    } catch (IllegalArgumentException e) {
      return null; // A line that is not JSON has none.
    }
  }

  /// The address that a text is, or null; names are not looked up.
  private static byte @Nullable [] address(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      return null; // Looks like one, and is none.
    }
  }

  private static boolean inSubnet(@Nullable String text, @Nullable String subnet) {
    if (text == null || subnet == null || !subnet.matches("[^/]+/[0-9]{1,3}")) {
      return false;
    }
    var slash = subnet.indexOf('/');
    var network = address(subnet.substring(0, slash));
    var address = address(text);
    if (network == null || address == null || network.length != address.length) {
      return false;
    }
    var shift = network.length * 8 - Integer.parseInt(subnet.substring(slash + 1));
    return shift >= 0
        && new BigInteger(1, network)
            .shiftRight(shift)
            .equals(new BigInteger(1, address).shiftRight(shift));
  }
}
