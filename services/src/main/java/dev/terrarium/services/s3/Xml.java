package dev.terrarium.services.s3;

/// Text of XML and HTML documents.
final class Xml {
  private Xml() {}

  /// Text with what has a meaning in markup written as references.
  static String escape(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        default -> {
          if (c < 0x20 && c != '\n' && c != '\t') {
            escaped.append("&#x").append(Integer.toHexString(c)).append(';');
          } else {
            escaped.append(c);
          }
        }
      }
    }
    return escaped.toString();
  }
}
