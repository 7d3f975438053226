package dev.terrarium.wire.codec;

import dev.terrarium.wire.codec.Shape.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.core.traits.XmlAttributesTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/// XML bodies of restXml and the answers of the query protocols.
public final class XmlShapes {
  private final Names names;

  /// @param names what members are called
  public XmlShapes(Names names) {
    this.names = names;
  }

  /// Reads the members of a structure from its element.
  public void read(XmlElement element, SdkPojo builder) {
    for (var member : Shape.of(builder).payload) {
      var name = names.of(member, false);
      if (member.xmlAttribute) {
        var text = element.attribute(name.location());
        if (text != null) {
          member.field.set(builder, Scalars.parse(member, text, Format.ISO_8601));
        }
        continue;
      }
      var found = element.children(name.location());
      if (!found.isEmpty()) {
        var value =
            name.flattened() && member.kind == Kind.LIST
                ? list(found, member.elementOrFail())
                : name.flattened() && member.kind == Kind.MAP
                    ? map(found, member, name)
                    : value(found.getFirst(), member);
        member.field.set(builder, value);
      }
    }
  }

  private @Nullable Object value(XmlElement element, Member member) {
    var name = names.of(member, false);
    return switch (member.kind) {
      case STRUCTURE -> {
        var nested = member.newStructure();
        read(element, nested);
        yield ((Buildable) nested).build();
      }
      case LIST -> list(element.children(), member.elementOrFail());
      case MAP -> map(element.children(), member, name);
      default -> {
        if (!element.children().isEmpty()) {
          throw new MalformedRequestException("'" + member.location + "' is a simple value");
        }
        yield Scalars.parse(member, element.text(), Format.ISO_8601);
      }
    };
  }

  private List<@Nullable Object> list(List<XmlElement> elements, Member element) {
    var list = new ArrayList<@Nullable Object>(elements.size());
    for (var item : elements) {
      list.add(value(item, element));
    }
    return list;
  }

  private Map<String, @Nullable Object> map(
      List<XmlElement> entries, Member member, Names.Name name) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    for (var entry : entries) {
      var key = entry.child(name.key() == null ? "key" : name.key());
      var value = entry.child(name.value() == null ? "value" : name.value());
      if (key == null || value == null) {
        throw new MalformedRequestException("An entry of '" + name.location() + "' is incomplete");
      }
      map.put(key.text(), value(value, member.elementOrFail()));
    }
    return map;
  }

  /// Writes the payload members of a structure, without an element around them.
  public void write(XmlWriter out, SdkPojo pojo) {
    for (var member : Shape.of(pojo).payload) {
      var value = member.get(pojo);
      if (value != null && !member.xmlAttribute) {
        write(out, names.of(member, true), member, value);
      }
    }
  }

  /// Writes the members that are attributes of the element that was just opened.
  static void writeAttributes(XmlWriter out, SdkPojo pojo) {
    for (var member : Shape.of(pojo).payload) {
      var value = member.xmlAttribute ? member.get(pojo) : null;
      if (value != null) {
        out.attribute(member.responseLocation, Scalars.format(member, value, Format.ISO_8601));
      }
    }
  }

  /// Writes one member as the element of the given name.
  void write(XmlWriter out, Names.Name name, Member member, Object value) {
    switch (value) {
      case List<?> list -> writeList(out, name, member.elementOrFail(), list);
      case Map<?, ?> map -> writeMap(out, name, member.elementOrFail(), map);
      case SdkPojo pojo -> {
        out.open(name.location());
        var attributes = member.field.getTrait(XmlAttributesTrait.class);
        if (attributes == null) {
          writeAttributes(out, pojo);
        } else {
          attributes
              .attributes()
              .forEach((attribute, accessors) -> {
                var text = accessors.attributeGetter().apply(pojo);
                if (text != null) {
                  out.attribute(attribute, text);
                }
              });
        }
        write(out, pojo);
        out.close(name.location());
      }
      default -> out.element(name.location(), Scalars.format(member, value, Format.ISO_8601));
    }
  }

  private void writeList(XmlWriter out, Names.Name name, Member element, List<?> list) {
    if (!name.flattened()) {
      out.open(name.location());
    }
    var item = name.flattened() ? name.location() : name.element();
    var base = names.of(element, true);
    var itemName =
        new Names.Name(
            item == null ? "member" : item,
            base.flattened(),
            base.element(),
            base.key(),
            base.value());
    for (var value : list) {
      if (value != null) {
        write(out, itemName, element, value);
      }
    }
    if (!name.flattened()) {
      out.close(name.location());
    }
  }

  private void writeMap(XmlWriter out, Names.Name name, Member element, Map<?, ?> map) {
    if (!name.flattened()) {
      out.open(name.location());
    }
    var entry = name.flattened() ? name.location() : "entry";
    var base = names.of(element, true);
    var valueName =
        new Names.Name(
            name.value() == null ? "value" : name.value(),
            base.flattened(),
            base.element(),
            base.key(),
            base.value());
    map.forEach((key, value) -> {
      out.open(entry);
      out.element(name.key() == null ? "key" : name.key(), key.toString());
      if (value != null) {
        write(out, valueName, element, value);
      }
      out.close(entry);
    });
    if (!name.flattened()) {
      out.close(name.location());
    }
  }
}
