package dev.terrarium.services.firehose.conversion;

import dev.terrarium.services.firehose.conversion.HiveType.Array;
import dev.terrarium.services.firehose.conversion.HiveType.Field;
import dev.terrarium.services.firehose.conversion.HiveType.Kind;
import dev.terrarium.services.firehose.conversion.HiveType.Mapping;
import dev.terrarium.services.firehose.conversion.HiveType.Primitive;
import dev.terrarium.services.firehose.conversion.HiveType.Struct;
import java.util.ArrayList;
import java.util.Locale;

/// Reads types as Hive writes them, by recursive descent.
final class HiveTypeParser {
  private static final int DEPTH_MAX = 50;
  private static final int PRECISION_MAX = 38;

  private final String text;
  private int at;

  HiveTypeParser(String text) {
    this.text = text.strip();
  }

  HiveType parse() {
    var type = type(0);
    if (at < text.length()) {
      throw invalid();
    }
    return type;
  }

  private IllegalArgumentException invalid() {
    return new IllegalArgumentException("'" + text + "' is not a supported type");
  }

  private HiveType type(int depth) {
    if (depth > DEPTH_MAX) {
      throw invalid();
    }
    var word = word().toLowerCase(Locale.ROOT);
    return switch (word) {
      case "array" -> {
        expect('<');
        var element = type(depth + 1);
        expect('>');
        yield new Array(element);
      }
      case "map" -> {
        expect('<');
        if (!(type(depth + 1) instanceof Primitive key)) {
          throw invalid();
        }
        expect(',');
        var value = type(depth + 1);
        expect('>');
        yield new Mapping(key, value);
      }
      case "struct" -> struct(depth);
      default -> primitive(word);
    };
  }

  private Struct struct(int depth) {
    var fields = new ArrayList<Field>();
    expect('<');
    do {
      var name = word();
      expect(':');
      fields.add(new Field(name, type(depth + 1)));
    } while (accept(','));
    expect('>');
    return new Struct(fields);
  }

  private Primitive primitive(String word) {
    return switch (word) {
      case "boolean" -> plain(Kind.BOOLEAN);
      case "tinyint" -> plain(Kind.TINYINT);
      case "smallint" -> plain(Kind.SMALLINT);
      case "int", "integer" -> plain(Kind.INT);
      case "bigint", "long" -> plain(Kind.BIGINT);
      case "float" -> plain(Kind.FLOAT);
      case "double" -> plain(Kind.DOUBLE);
      case "string" -> plain(Kind.STRING);
      case "binary" -> plain(Kind.BINARY);
      case "date" -> plain(Kind.DATE);
      case "timestamp" -> plain(Kind.TIMESTAMP);
      case "char" -> sized(Kind.CHAR, 255);
      case "varchar" -> sized(Kind.VARCHAR, 65_535);
      case "decimal" -> decimal();
      default -> throw invalid();
    };
  }

  private static Primitive plain(Kind kind) {
    return new Primitive(kind, 0, 0);
  }

  private Primitive sized(Kind kind, int most) {
    expect('(');
    var length = number();
    expect(')');
    if (length < 1 || length > most) {
      throw invalid();
    }
    return new Primitive(kind, length, 0);
  }

  private Primitive decimal() {
    int precision = 10;
    int scale = 0;
    if (accept('(')) {
      precision = number();
      if (accept(',')) {
        scale = number();
      }
      expect(')');
    }
    if (precision < 1 || precision > PRECISION_MAX || scale > precision) {
      throw invalid();
    }
    return new Primitive(Kind.DECIMAL, precision, scale);
  }

  private int number() {
    try {
      return Integer.parseInt(word());
    } catch (NumberFormatException e) {
      throw invalid();
    }
  }

  private String word() {
    skip();
    var quoted = at < text.length() && text.charAt(at) == '`';
    var from = quoted ? ++at : at;
    while (at < text.length()
        && (quoted ? text.charAt(at) != '`' : "<>(),:".indexOf(text.charAt(at)) < 0)) {
      at++;
    }
    var word = text.substring(from, at).strip();
    if (quoted) {
      at++;
    }
    if (word.isEmpty()) {
      throw invalid();
    }
    return word;
  }

  private void expect(char wanted) {
    if (!accept(wanted)) {
      throw invalid();
    }
  }

  private boolean accept(char wanted) {
    skip();
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skip() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }
}
