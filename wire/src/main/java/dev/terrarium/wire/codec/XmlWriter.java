package dev.terrarium.wire.codec;

import java.nio.charset.StandardCharsets;

/// Writes XML text.
public final class XmlWriter {
  private final StringBuilder text = new StringBuilder(512);
  private boolean tagOpen;

  /// Begins a document.
  public XmlWriter() {
    text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  }

  /// Begins an element.
  public XmlWriter open(String name) {
    endTag();
    text.append('<').append(name);
    tagOpen = true;
    return this;
  }

  /// Gives the element that was just opened an attribute.
  public XmlWriter attribute(String name, String value) {
    text.append(' ').append(name).append("=\"");
    escape(value);
    text.append('"');
    return this;
  }

  /// Writes text.
  public XmlWriter text(String value) {
    endTag();
    escape(value);
    return this;
  }

  /// Ends an element.
  public XmlWriter close(String name) {
    endTag();
    text.append("</").append(name).append('>');
    return this;
  }

  /// A whole element that holds text.
  public XmlWriter element(String name, String value) {
    return open(name).text(value).close(name);
  }

  /// The document in UTF-8.
  public byte[] toBytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void endTag() {
    if (tagOpen) {
      text.append('>');
      tagOpen = false;
    }
  }

  private void escape(String value) {
    for (int i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '"' -> text.append("&quot;");
        case '\r' -> text.append("&#xD;");
        default -> {
          if (c < 0x20 && c != '\n' && c != '\t') {
            text.append("&#x").append(Integer.toHexString(c)).append(';');
          } else {
            text.append(c);
          }
        }
      }
    }
  }
}
