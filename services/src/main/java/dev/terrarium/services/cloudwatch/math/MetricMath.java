package dev.terrarium.services.cloudwatch.math;

import dev.terrarium.services.cloudwatch.math.MathValue.Array;
import dev.terrarium.services.cloudwatch.math.MathValue.Scalar;
import dev.terrarium.services.cloudwatch.math.MathValue.Series;
import dev.terrarium.services.cloudwatch.math.MathValue.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A metric math expression that has been read.
///
/// Comparisons and logic give 1 for true and 0 for false. A moment at which an operand has no value
/// has none in the result either.
public final class MetricMath {
  /// Where an expression finds its series.
  public interface World {
    /// What another query comes to.
    ///
    /// @throws MathException if there is none of that id
    MathValue byId(String id);

    /// The series of all metric queries whose ids contain `part`.
    List<Series> metrics(String part);

    /// The series that a search finds.
    List<Series> search(String expression, String statistic, @Nullable Integer periodSeconds);

    /// The moments of the window: the starts of its periods, in milliseconds.
    List<Long> moments();

    /// The period of the window in seconds.
    int periodSeconds();

    /// The same queries over a window that begins earlier.
    World earlier(long millis);
  }

  private final MathNode root;

  private MetricMath(MathNode root) {
    this.root = root;
  }

  /// Reads an expression.
  ///
  /// @throws MathException if it is none
  public static MetricMath parse(String text) {
    return new MetricMath(MathParser.parse(text));
  }

  /// The ids of other queries that it names.
  public Set<String> ids() {
    var ids = new TreeSet<String>();
    collect(root, ids, new TreeSet<>());
    return ids;
  }

  /// The functions that it calls.
  public Set<String> functions() {
    var functions = new TreeSet<String>();
    collect(root, new TreeSet<>(), functions);
    return functions;
  }

  private static void collect(MathNode node, Set<String> ids, Set<String> functions) {
    switch (node) {
      case MathNode.Id id -> ids.add(id.name());
      case MathNode.Unary unary -> collect(unary.operand(), ids, functions);
      case MathNode.Binary binary -> {
        collect(binary.left(), ids, functions);
        collect(binary.right(), ids, functions);
      }
      case MathNode.Call call -> {
        functions.add(call.name());
        var parameter = call.name().equals("SORT") ? 2 : Integer.MAX_VALUE;
        for (int i = 0; i < Math.min(parameter, call.arguments().size()); i++) {
          var argument = call.arguments().get(i);
          if (!(argument instanceof MathNode.Id word
              && MathFunctions.WORDS.contains(word.name()))) {
            collect(argument, ids, functions);
          }
        }
      }
      case MathNode.ListOf list ->
          list.elements().forEach(element -> collect(element, ids, functions));
      case MathNode.Literal number -> {}
      case MathNode.Text text -> {}
    }
  }

  /// Computes it.
  ///
  /// @throws MathException if that cannot be done
  public MathValue evaluate(World world) {
    return evaluate(root, world);
  }

  static MathValue evaluate(MathNode node, World world) {
    return switch (node) {
      case MathNode.Literal number -> new Scalar(number.value());
      case MathNode.Text text -> new Text(text.value());
      case MathNode.Id id -> world.byId(id.name());
      case MathNode.Unary unary -> {
        var operand = evaluate(unary.operand(), world);
        DoubleUnaryOperator negate = value -> -value;
        yield each(operand, unary.operator().equals("-") ? negate : v -> v == 0 ? 1 : 0);
      }
      case MathNode.Binary binary ->
          combine(
              evaluate(binary.left(), world),
              evaluate(binary.right(), world),
              operator(binary.operator()));
      case MathNode.Call call -> MathFunctions.call(call, world);
      case MathNode.ListOf list -> {
        var all = new ArrayList<Series>();
        for (var element : list.elements()) {
          all.addAll(series(evaluate(element, world)));
        }
        yield new Array(all);
      }
    };
  }

  static List<Series> series(MathValue value) {
    return switch (value) {
      case Series series -> List.of(series);
      case Array array -> array.series();
      case Scalar scalar -> throw new MathException("A time series is expected, not a number");
      case Text text -> throw new MathException("A time series is expected, not a text");
    };
  }

  static MathValue each(MathValue value, DoubleUnaryOperator function) {
    return switch (value) {
      case Scalar scalar -> new Scalar(function.applyAsDouble(scalar.value()));
      case Series series -> series.map(function);
      case Array array ->
          new Array(array.series().stream().map(series -> series.map(function)).toList());
      case Text text -> throw new MathException("A text cannot be computed with");
    };
  }

  private static DoubleBinaryOperator operator(String operator) {
    return switch (operator) {
      case "+" -> Double::sum;
      case "-" -> (a, b) -> a - b;
      case "*" -> (a, b) -> a * b;
      case "/" -> (a, b) -> a / b;
      case "^" -> Math::pow;
      case "==" -> (a, b) -> a == b ? 1 : 0;
      case "!=" -> (a, b) -> a != b ? 1 : 0;
      case "<" -> (a, b) -> a < b ? 1 : 0;
      case ">" -> (a, b) -> a > b ? 1 : 0;
      case "<=" -> (a, b) -> a <= b ? 1 : 0;
      case ">=" -> (a, b) -> a >= b ? 1 : 0;
      case "&&" -> (a, b) -> a != 0 && b != 0 ? 1 : 0;
      case "||" -> (a, b) -> a != 0 || b != 0 ? 1 : 0;
      default -> throw new MathException("Unexpected operator: " + operator);
    };
  }

  static MathValue combine(MathValue left, MathValue right, DoubleBinaryOperator function) {
    if (left instanceof Text || right instanceof Text) {
      throw new MathException("A text cannot be computed with");
    } else if (right instanceof Scalar scalar) {
      return each(left, value -> function.applyAsDouble(value, scalar.value()));
    } else if (left instanceof Scalar scalar) {
      return each(right, value -> function.applyAsDouble(scalar.value(), value));
    } else if (left instanceof Series a && right instanceof Series b) {
      return a.with(b, function);
    } else if (left instanceof Array a && right instanceof Series b) {
      return new Array(a.series().stream().map(series -> series.with(b, function)).toList());
    } else if (left instanceof Series a && right instanceof Array b) {
      return new Array(b.series().stream().map(series -> a.with(series, function)).toList());
    }
    throw new MathException("Two arrays of time series cannot be combined");
  }
}
