package dev.terrarium.services.ssm;

import java.util.Locale;
import java.util.regex.Pattern;

/// What parameters may be called.
///
/// See "Requirements and constraints for parameter names" in the Systems Manager User Guide.
final class Names {
  private static final Pattern LETTERS = Pattern.compile("[a-zA-Z0-9_.\\-/]+");
  private static final Pattern PATH = Pattern.compile("(/[a-zA-Z0-9_.-]+)+/?|/");
  private static final int LEVELS_MAX = 15;
  private static final int LENGTH_MAX = 1011;
  private static final String SUB_PATHS =
      "If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_";

  private Names() {}

  /// Refuses a name that a new parameter must not have.
  static void check(ParameterKey key) {
    var name = key.name();
    var bare = name.toLowerCase(Locale.ROOT).replaceFirst("^/", "");
    var path = name.indexOf('/', 1) > 0;
    if (name.toLowerCase(Locale.ROOT).startsWith("/aws/") && path) {
      throw SsmErrors.denied("No access to reserved parameter name: " + name + ".");
    }
    if (bare.startsWith("aws") || bare.startsWith("ssm")) {
      throw SsmErrors.validation(
          path
              ? "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). " + SUB_PATHS
              : "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
    }
    if (!LETTERS.matcher(name).matches() || name.contains("//") || name.equals("/")) {
      throw SsmErrors.validation(
          "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). " + SUB_PATHS);
    }
    if (path && !name.startsWith("/") || name.endsWith("/")) {
      throw SsmErrors.validation("Parameter name must be a fully qualified name.");
    }
    if (key.arn().length() > LENGTH_MAX) {
      throw SsmErrors.validation(
          "The parameter name, including its ARN, must not be longer than 1011 characters.");
    }
    if (name.chars().filter(c -> c == '/').count() > LEVELS_MAX) {
      throw SsmErrors.tooDeep();
    }
  }

  /// Refuses what is no path to look under.
  static void checkPath(String path) {
    var bare = path.toLowerCase(Locale.ROOT).replaceFirst("^/", "");
    if (!PATH.matcher(path).matches() || bare.startsWith("ssm")) {
      throw SsmErrors.validation(
          "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: /get/parameters2-/by1./path0_.");
    }
    if (path.chars().filter(c -> c == '/').count() > LEVELS_MAX) {
      throw SsmErrors.tooDeep();
    }
  }

  /// Whether a parameter is under a path, at any depth or right there.
  static boolean isUnder(String name, String path, boolean anyDepth) {
    var folder = path.endsWith("/") ? path : path + "/";
    var full = name.startsWith("/") ? name : "/" + name;
    return full.startsWith(folder) && (anyDepth || full.indexOf('/', folder.length()) < 0);
  }
}
