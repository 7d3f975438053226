package dev.terrarium.wire.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.Buildable;

/// The bodies of the REST protocols: all payload members together, or the one that is the whole
/// body.
public final class RestBodies {
  private static final JsonShapes JSON = new JsonShapes(JsonShapes.Dialect.REST_JSON);
  private static final XmlShapes XML = new XmlShapes(Names.PLAIN);

  private RestBodies() {}

  /// A body and what it is.
  public record Body(byte[] bytes, String contentType) {}

  /// Reads a body into a builder. A body that streams is not read here.
  public static void read(byte[] body, SdkPojo builder, boolean xml) {
    var shape = Shape.of(builder);
    var explicit = shape.explicitPayload;
    if (explicit == null) {
      if (shape.payload.isEmpty() || body.length == 0) {
        return;
      }
      if (xml) {
        XML.read(XmlElement.parse(body), builder);
      } else {
        JSON.read(body, builder);
      }
      return;
    }
    var value =
        switch (explicit.kind) {
          case BYTES -> body.length == 0 ? null : SdkBytes.fromByteArrayUnsafe(body);
          case STRING -> new String(body, StandardCharsets.UTF_8);
          default -> body.length == 0 ? null : structured(body, explicit, xml);
        };
    if (value != null) {
      explicit.field.set(builder, value);
    }
  }

  private static @Nullable Object structured(byte[] body, Shape.Member member, boolean xml) {
    if (!xml) {
      return JSON.readValue(body, member);
    }
    var nested = member.newStructure();
    XML.read(XmlElement.parse(body), nested);
    return ((Buildable) nested).build();
  }

  /// The body of a response, or null if it has none.
  ///
  /// @param root the name of the element around an implicit XML body
  /// @param namespace of that element, or null
  public static @Nullable Body write(
      SdkPojo pojo, boolean xml, String root, @Nullable String namespace) {
    var shape = Shape.of(pojo);
    var explicit = shape.explicitPayload;
    if (explicit == null) {
      if (xml) {
        return shape.payload.isEmpty() ? null : xml(pojo, root, namespace);
      }
      return new Body(json(pojo), "application/json");
    }
    var value = explicit.get(pojo);
    if (value == null) {
      return null;
    }
    var raw = RestBinding.rawBody(value);
    if (raw != null) {
      return new Body(raw, value instanceof String ? "text/plain" : "application/octet-stream");
    } else if (!xml) {
      var out = new ByteArrayOutputStream(256);
      try {
        JSON.writeValue(out, explicit, value);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Body(out.toByteArray(), "application/json");
    }
    return xml((SdkPojo) value, explicit.responseLocation, namespace);
  }

  private static Body xml(SdkPojo pojo, String root, @Nullable String namespace) {
    var out = new XmlWriter().open(root);
    if (namespace != null) {
      out.attribute("xmlns", namespace);
    }
    XmlShapes.writeAttributes(out, pojo);
    XML.write(out, pojo);
    return new Body(out.close(root).toBytes(), "application/xml");
  }

  private static byte[] json(SdkPojo pojo) {
    var out = new ByteArrayOutputStream(256);
    try {
      JSON.write(out, pojo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
