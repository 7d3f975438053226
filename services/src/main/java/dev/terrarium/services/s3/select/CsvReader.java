package dev.terrarium.services.s3.select;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the records of a CSV text.
final class CsvReader {
  private static final int RECORD_CHARACTERS_MAX = 1024 * 1024;

  /// How the text is written; empty texts mean the default.
  record Format(
      String recordDelimiter, String fieldDelimiter, char quote, char escape, String comment) {}

  private final Reader in;
  private final Format format;
  private int ahead = -2;

  CsvReader(Reader in, Format format) {
    this.in = in;
    this.format = format;
  }

  private int read() throws IOException {
    if (ahead != -2) {
      var c = ahead;
      ahead = -2;
      return c;
    }
    return in.read();
  }

  /// The fields of the next record, or null at the end. Comments and empty lines are passed over.
  @Nullable List<String> next() throws IOException {
    while (true) {
      var fields = new ArrayList<String>();
      var field = new StringBuilder();
      boolean any = false;
      boolean quoted = false;
      int length = 0;
      while (true) {
        var c = read();
        if (c < 0) {
          if (!any) {
            return null;
          }
          break;
        }
        if (++length > RECORD_CHARACTERS_MAX) {
          throw new SelectException(
              "OverMaxRecordSize",
              "The length of a record in the input or result is greater than the maxCharsPerRecord"
                  + " limit of 1 MB.");
        }
        any = true;
        if (quoted) {
          quoted = inQuotes((char) c, field);
        } else if (c == format.quote && field.isEmpty()) {
          quoted = true;
        } else {
          field.append((char) c);
          if (ends(field, format.fieldDelimiter)) {
            fields.add(cut(field, format.fieldDelimiter));
          } else if (ends(field, format.recordDelimiter)) {
            field.setLength(field.length() - format.recordDelimiter.length());
            if (format.recordDelimiter.equals("\n") && ends(field, "\r")) {
              field.setLength(field.length() - 1);
            }
            break;
          }
        }
      }
      fields.add(field.toString());
      var first = fields.getFirst();
      var isEmpty = fields.size() == 1 && first.isEmpty();
      var isComment = !format.comment.isEmpty() && first.startsWith(format.comment);
      if (!isEmpty && !isComment) {
        return fields;
      }
    }
  }

  /// Takes one character of a quoted field; false if it was the closing quote.
  private boolean inQuotes(char c, StringBuilder field) throws IOException {
    if (c == format.escape && c != format.quote) {
      var next = read();
      if (next >= 0) {
        field.append((char) next);
      }
      return true;
    } else if (c != format.quote) {
      field.append(c);
      return true;
    }
    var next = read();
    if (next == format.quote && format.escape == format.quote) {
      field.append(c);
      return true;
    }
    ahead = next;
    return false;
  }

  private static boolean ends(StringBuilder text, String end) {
    var from = text.length() - end.length();
    return from >= 0 && text.indexOf(end, from) == from;
  }

  private static String cut(StringBuilder field, String delimiter) {
    var text = field.substring(0, field.length() - delimiter.length());
    field.setLength(0);
    return text;
  }
}
