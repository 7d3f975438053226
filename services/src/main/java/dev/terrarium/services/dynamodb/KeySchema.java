package dev.terrarium.services.dynamodb;

import dev.terrarium.services.dynamodb.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;

/// The key attributes of a table or an index: the partition key and perhaps a sort key.
record KeySchema(Attribute hash, @Nullable Attribute range) {
  /// A key attribute.
  ///
  /// @param type `S`, `N` or `B`
  record Attribute(String name, String type) {}

  static KeySchema of(List<KeySchemaElement> elements, List<AttributeDefinition> definitions) {
    var types = new LinkedHashMap<String, String>();
    definitions.forEach(d -> types.put(d.attributeName(), d.attributeTypeAsString()));
    Attribute hash = null;
    Attribute range = null;
    for (var element : elements) {
      var name = element.attributeName();
      var attribute = new Attribute(name, Objects.requireNonNull(types.get(name), name));
      if (element.keyType() == KeyType.HASH) {
        hash = attribute;
      } else {
        range = attribute;
      }
    }
    return new KeySchema(Objects.requireNonNull(hash), range);
  }

  List<Attribute> attributes() {
    return range == null ? List.of(hash) : List.of(hash, range);
  }

  boolean has(String name) {
    return hash.name.equals(name) || range != null && range.name.equals(name);
  }

  int size() {
    return range == null ? 1 : 2;
  }

  /// The key attributes of an item, which has them.
  Map<String, Value> of(Map<String, Value> item) {
    var key = new LinkedHashMap<String, Value>(4);
    for (var attribute : attributes()) {
      key.put(attribute.name, Objects.requireNonNull(item.get(attribute.name)));
    }
    return key;
  }
}
