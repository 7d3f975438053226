package dev.terrarium.services.lambda;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What AWS demands of a function's configuration.
final class FunctionRules {
  private static final Pattern ROLE =
      Pattern.compile("arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+");
  private static final Pattern VARIABLE = Pattern.compile("[a-zA-Z]([a-zA-Z0-9_])+");
  private static final Pattern KMS_KEY =
      Pattern.compile("(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()");
  private static final int ENVIRONMENT_BYTES_MAX = 4096;
  private static final Set<String> RESERVED =
      Set.of(
          "_HANDLER",
          "_X_AMZN_TRACE_ID",
          "AWS_DEFAULT_REGION",
          "AWS_REGION",
          "AWS_EXECUTION_ENV",
          "AWS_LAMBDA_FUNCTION_NAME",
          "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
          "AWS_LAMBDA_FUNCTION_VERSION",
          "AWS_LAMBDA_INITIALIZATION_TYPE",
          "AWS_LAMBDA_LOG_GROUP_NAME",
          "AWS_LAMBDA_LOG_STREAM_NAME",
          "AWS_ACCESS_KEY",
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_LAMBDA_RUNTIME_API",
          "LAMBDA_TASK_ROOT",
          "LAMBDA_RUNTIME_DIR");

  private FunctionRules() {}

  static void role(@Nullable String role) {
    if (role == null) {
      throw LambdaErrors.constraint("role", null, "not be null");
    }
    if (!ROLE.matcher(role).matches()) {
      throw LambdaErrors.constraint(
          "role", role, "satisfy regular expression pattern: " + ROLE.pattern());
    }
  }

  static void timeout(@Nullable Integer seconds) {
    range("timeout", seconds, 1, 900);
  }

  static void memory(@Nullable Integer megabytes) {
    range("memorySize", megabytes, 128, 10240);
  }

  static void storage(@Nullable Integer megabytes) {
    range("ephemeralStorage.size", megabytes, 512, 10240);
  }

  static void description(@Nullable String text) {
    if (text != null && text.length() > 256) {
      throw LambdaErrors.constraint("description", text, "have length less than or equal to 256");
    }
  }

  static void handler(@Nullable String handler) {
    if (handler != null && (handler.length() > 128 || !handler.matches("[^\\s]+"))) {
      throw LambdaErrors.constraint(
          "handler",
          handler,
          handler.length() > 128
              ? "have length less than or equal to 128"
              : "satisfy regular expression pattern: [^\\s]+");
    }
  }

  static void kmsKey(@Nullable String arn) {
    if (arn != null && !KMS_KEY.matcher(arn).matches()) {
      throw LambdaErrors.constraint(
          "kMSKeyArn", arn, "satisfy regular expression pattern: " + KMS_KEY.pattern());
    }
  }

  /// Refuses what is none of the names that AWS knows.
  static void oneOf(String member, @Nullable String value, String... names) {
    if (value != null && !List.of(names).contains(value)) {
      throw LambdaErrors.constraint(
          member, value, "satisfy enum value set: [" + String.join(", ", names) + "]");
    }
  }

  static void architectures(List<String> names) {
    if (names.size() > 1) {
      throw LambdaErrors.constraint("architectures", names, "have length less than or equal to 1");
    }
    for (var name : names) {
      if (!name.equals("x86_64") && !name.equals("arm64")) {
        throw LambdaErrors.constraint(
            "architectures",
            names,
            "satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64]]");
      }
    }
  }

  static void environment(Map<String, String> variables) {
    var reserved = new TreeSet<String>();
    var text = new StringBuilder();
    variables.forEach((name, value) -> {
      if (RESERVED.contains(name)) {
        reserved.add(name);
      }
      if (!VARIABLE.matcher(name).matches()) {
        throw LambdaErrors.environment(VARIABLE.pattern());
      }
      text.append(name).append(value);
    });
    if (!reserved.isEmpty()) {
      throw LambdaErrors.invalid(
          "Lambda was unable to configure your environment variables because the environment"
              + " variables you have provided contains reserved keys that are currently not"
              + " supported for modification. Reserved keys used in this request: "
              + String.join(", ", reserved));
    }
    if (text.toString().getBytes(StandardCharsets.UTF_8).length > ENVIRONMENT_BYTES_MAX) {
      throw LambdaErrors.invalid(
          "Lambda was unable to configure your environment variables because the environment"
              + " variables you have provided exceeded the 4KB limit. String measured: "
              + dev.terrarium.kernel.Json.write(dev.terrarium.kernel.Json.tree(variables)));
    }
  }

  static void range(String member, @Nullable Integer value, int min, int max) {
    if (value != null && value < min) {
      throw LambdaErrors.constraint(member, value, "have value greater than or equal to " + min);
    }
    if (value != null && value > max) {
      throw LambdaErrors.constraint(member, value, "have value less than or equal to " + max);
    }
  }
}
