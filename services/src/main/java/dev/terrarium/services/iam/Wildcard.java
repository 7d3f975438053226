package dev.terrarium.services.iam;

/// Patterns with `*` and `?`, in time linear for each star.
final class Wildcard {
  private Wildcard() {}

  static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = t;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /// As [#matches], but a star stays within its one of the six parts of an ARN.
  static boolean matchesArn(String pattern, String arn) {
    if (pattern.equals("*")) {
      return true;
    }
    var wanted = pattern.split(":", 6);
    var actual = arn.split(":", 6);
    if (wanted.length != 6 || actual.length != 6) {
      return false;
    }
    for (int i = 0; i < 6; i++) {
      if (!matches(wanted[i], actual[i])) {
        return false;
      }
    }
    return true;
  }
}
