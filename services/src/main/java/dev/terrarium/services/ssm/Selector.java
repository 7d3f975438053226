package dev.terrarium.services.ssm;

/// What a caller asks for: a parameter's name, and behind a colon a version or a label.
///
/// @param selector with its colon, or empty
record Selector(String name, String selector) {
  static Selector of(String text) {
    var from = text.startsWith("arn:") ? text.indexOf(":parameter/") + 1 : 0;
    var colon = text.indexOf(':', from);
    return colon < 0
        ? new Selector(text, "")
        : new Selector(text.substring(0, colon), text.substring(colon));
  }

  /// The version or label.
  String wanted() {
    return selector.substring(1);
  }

  boolean isVersion() {
    return selector.matches(":\\d{1,18}");
  }
}
