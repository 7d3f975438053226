package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import software.amazon.awssdk.services.lambda.model.RecursiveInvocationException;

/// How often each function was invoked in one chain of events: the part of the trace header by
/// which Lambda knows loops through queues, topics, buckets and itself. SDKs inside of functions
/// carry it on.
///
/// `<hash>:<count>|<hash>:<count>`
final class Lineage {
  /// How often a function may be invoked in a chain.
  private static final int INVOCATIONS_MAX = 16;

  private static final int FUNCTIONS_MAX = 32;

  private Lineage() {}

  /// The trace header of an invocation that the current call causes.
  ///
  /// @throws RecursiveInvocationException if it goes round in a loop that the function's owner
  ///   wants ended
  static String enter(LambdaState state, FunctionKey function) {
    var cause = Call.current().cause();
    var hash = HexFormat.of().toHexDigits(function.arn().hashCode());
    var others = new ArrayList<String>();
    int count = 0;
    for (var part : List.of(cause.lineage().split("\\|"))) {
      if (part.startsWith(hash + ":")) {
        count = number(part.substring(hash.length() + 1));
      } else if (!part.isEmpty() && others.size() < FUNCTIONS_MAX) {
        others.add(part);
      }
    }
    if (count >= INVOCATIONS_MAX && FunctionSettings.endsLoops(state, function)) {
      throw Errors.of(
          RecursiveInvocationException.builder().type("User"),
          400,
          "RecursiveInvocationException",
          "Lambda has detected the function being invoked in a recursive loop with other AWS"
              + " resources and stopped your function's invocation.");
    }
    others.add(hash + ":" + (count + 1));
    return cause.withLineage(String.join("|", others)).header();
  }

  private static int number(String text) {
    return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
  }
}
