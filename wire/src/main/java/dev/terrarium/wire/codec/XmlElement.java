package dev.terrarium.wire.codec;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// An element of an XML body. Namespaces are forgotten; a document type, and with it every entity,
/// is refused.
public final class XmlElement {
  private static final int DEPTH_MAX = 100;
  private static final XMLInputFactory FACTORY = factory();

  private final String name;
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final List<XmlElement> children = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  private XmlElement(String name) {
    this.name = name;
  }

  /// The JDK's own parser, whatever other parsers are on the class path.
  private static XMLInputFactory factory() {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  /// Reads a document.
  ///
  /// @throws MalformedRequestException if it is not well-formed, too deep, or has a document type
  public static XmlElement parse(byte[] document) {
    try {
      var reader = FACTORY.createXMLStreamReader(new ByteArrayInputStream(document));
      XmlElement root = null;
      while (reader.hasNext()) {
        var event = reader.next();
        if (event == XMLStreamConstants.DTD) {
          throw new MalformedRequestException("A document type is not allowed");
        } else if (event == XMLStreamConstants.START_ELEMENT) {
          root = read(reader, 1);
        }
      }
      if (root == null) {
        throw new MalformedRequestException("No element at all");
      }
      return root;
    } catch (XMLStreamException | IllegalArgumentException e) {
      throw new MalformedRequestException("The XML you provided was not well-formed");
    }
  }

  private static XmlElement read(XMLStreamReader reader, int depth) throws XMLStreamException {
    if (depth > DEPTH_MAX) {
      throw new MalformedRequestException("The XML is nested too deeply");
    }
    var element = new XmlElement(reader.getLocalName());
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      var prefix = reader.getAttributePrefix(i);
      var local = reader.getAttributeLocalName(i);
      element.attributes.put(
          prefix == null || prefix.isEmpty() ? local : prefix + ":" + local,
          reader.getAttributeValue(i));
    }
    while (true) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> element.children.add(read(reader, depth + 1));
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            element.text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          return element;
        }
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw new MalformedRequestException("Entities are not allowed");
        default -> {
          // Comments and processing instructions say nothing.
        }
      }
    }
  }

  /// The element's name without its namespace.
  public String name() {
    return name;
  }

  /// Its text.
  public String text() {
    return text.toString();
  }

  /// An attribute by its prefixed name, or null.
  public @Nullable String attribute(String attribute) {
    return attributes.get(attribute);
  }

  /// All elements inside.
  public List<XmlElement> children() {
    return children;
  }

  /// The elements inside of that name.
  public List<XmlElement> children(String wanted) {
    return children.stream().filter(child -> child.name.equals(wanted)).toList();
  }

  /// The first element inside of that name, or null.
  public @Nullable XmlElement child(String wanted) {
    for (var child : children) {
      if (child.name.equals(wanted)) {
        return child;
      }
    }
    return null;
  }
}
