package dev.terrarium.services.firehose.conversion;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A type of a column, as Hive and the Data Catalog write it: `array<struct<a:int,b:string>>`.
sealed interface HiveType {
  /// The type as Hive writes it.
  String text();

  /// Types that hold one value.
  enum Kind {
    BOOLEAN,
    TINYINT,
    SMALLINT,
    INT,
    BIGINT,
    FLOAT,
    DOUBLE,
    DECIMAL,
    STRING,
    CHAR,
    VARCHAR,
    BINARY,
    DATE,
    TIMESTAMP
  }

  /// One value.
  ///
  /// @param precision of decimals; the length of chars and varchars; 0 for all others
  /// @param scale of decimals; 0 for all others
  record Primitive(Kind kind, int precision, int scale) implements HiveType {
    @Override
    public String text() {
      var name = kind.name().toLowerCase(Locale.ROOT);
      return switch (kind) {
        case DECIMAL -> name + "(" + precision + "," + scale + ")";
        case CHAR, VARCHAR -> name + "(" + precision + ")";
        default -> name;
      };
    }
  }

  /// A list.
  record Array(HiveType element) implements HiveType {
    @Override
    public String text() {
      return "array<" + element.text() + ">";
    }
  }

  /// A map, whose keys are single values.
  record Mapping(Primitive key, HiveType value) implements HiveType {
    @Override
    public String text() {
      return "map<" + key.text() + "," + value.text() + ">";
    }
  }

  /// Fields under names: a nested structure, or a table's columns.
  record Struct(List<Field> fields) implements HiveType {
    public Struct {
      fields = List.copyOf(fields);
    }

    @Override
    public String text() {
      return fields.stream()
          .map(field -> field.name + ":" + field.type.text())
          .collect(Collectors.joining(",", "struct<", ">"));
    }
  }

  /// A field of a structure.
  record Field(String name, HiveType type) {}

  /// Reads a type.
  ///
  /// @throws IllegalArgumentException if it is none, or one that no columnar file is made of
  static HiveType parse(String text) {
    return new HiveTypeParser(text).parse();
  }
}
