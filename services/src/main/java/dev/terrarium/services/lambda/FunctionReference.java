package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Scope;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A function as a request names it: by name, by partial or by full ARN, with or without a version
/// or alias.
///
/// @param qualifier version or alias, or null if none is named
record FunctionReference(FunctionKey function, @Nullable String qualifier) {
  private static final String NAME_RULE =
      "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?"
          + "([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";
  private static final Pattern NAME =
      Pattern.compile(
          "(arn:(aws[a-zA-Z-]*)?:lambda:)?(?:([a-z]{2}(?:-gov)?-[a-z]+-\\d):)?(?:(\\d{12}):)?"
              + "(function:)?([a-zA-Z0-9-_]+)(?::(\\$LATEST|[a-zA-Z0-9-_]+))?");

  /// Reads the two members of a request that name a function.
  static FunctionReference of(@Nullable String name, @Nullable String qualifier) {
    var scope = Call.current().scope();
    if (name == null) {
      throw LambdaErrors.constraint("functionName", null, "not be null");
    }
    var matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw LambdaErrors.constraint(
          "functionName", name, "satisfy regular expression pattern: " + NAME_RULE);
    }
    if (name.length() > 170) {
      throw LambdaErrors.constraint("functionName", name, "have length less than or equal to 170");
    }
    var region = matcher.group(3) == null ? scope.region() : matcher.group(3);
    var account = matcher.group(4) == null ? scope.account() : matcher.group(4);
    if (!region.equals(scope.region())) {
      throw LambdaErrors.noFunction(name);
    }
    var own = matcher.group(7);
    if (own != null && qualifier != null && !own.equals(qualifier)) {
      throw LambdaErrors.invalid(
          "The derived qualifier from the function name does not match the specified qualifier.");
    }
    if (qualifier != null && !qualifier.matches("\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]{1,128}")) {
      throw LambdaErrors.constraint(
          "qualifier", qualifier, "satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)");
    }
    var key = new FunctionKey(new Scope(account, region), matcher.group(6));
    return new FunctionReference(key, own == null ? qualifier : own);
  }

  /// The ARN, with the qualifier if there is one.
  String arn() {
    return qualifier == null ? function.arn() : function.arn() + ":" + qualifier;
  }

  /// The qualifier, or `$LATEST`.
  String qualifierOrLatest() {
    return qualifier == null ? FunctionKey.LATEST : qualifier;
  }
}
