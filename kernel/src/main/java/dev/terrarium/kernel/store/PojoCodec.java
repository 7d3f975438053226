package dev.terrarium.kernel.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;

/// Stores any of the SDK's own model types (a configuration, a rule, a policy), member by member
/// under its name, so that members may come and go with later SDKs. What a member of an unknown
/// name held is passed over.
///
/// For configuration. Hot records have a [Codec#of] of their own, which is smaller and faster.
///
/// @param <T> the model type
public final class PojoCodec<T extends SdkPojo> implements Codec<T> {
  private static final int VERSION = 1;

  private final Supplier<? extends Object> builder;

  /// @param builder the type's own: `Rule::builder`
  public PojoCodec(Supplier<? extends Object> builder) {
    this.builder = builder;
  }

  @Override
  public byte[] encode(T value) {
    var writer = new BinaryWriter(VERSION);
    write(writer, value);
    return writer.toBytes();
  }

  @Override
  public T decode(byte[] bytes) {
    var reader = new BinaryReader(bytes);
    if (reader.version() > VERSION) {
      throw new StoreException("A value was written by a later Terrarium");
    }
    return read(reader);
  }

  /// Writes the value as a part of another.
  public void write(BinaryWriter writer, T value) {
    writePojo(writer, value);
  }

  /// Reads what [#write] wrote.
  @SuppressWarnings("unchecked")
  public T read(BinaryReader reader) {
    return (T) readPojo(reader, (SdkPojo) builder.get());
  }

  private static void writePojo(BinaryWriter writer, SdkPojo pojo) {
    var present = new ArrayList<SdkField<?>>();
    for (var field : pojo.sdkFields()) {
      var value = field.getValueOrDefault(pojo);
      if (value != null
          && !(value instanceof SdkAutoConstructList)
          && !(value instanceof SdkAutoConstructMap)) {
        present.add(field);
      }
    }
    writer.number(present.size());
    for (var field : present) {
      writer.string(field.memberName());
      var value = field.getValueOrDefault(pojo);
      writeValue(writer, value);
    }
  }

  private static void writeValue(BinaryWriter writer, @Nullable Object value) {
    switch (value) {
      case null -> writer.number(0);
      case String s -> writer.number(1).string(s);
      case Boolean b -> writer.number(2).flag(b);
      case Integer n -> writer.number(3).number(n);
      case Long n -> writer.number(4).number(n);
      case Double n -> writer.number(5).number(Double.doubleToLongBits(n));
      case Float n -> writer.number(6).number(Float.floatToIntBits(n));
      case Instant i -> writer.number(7).instant(i);
      case SdkBytes b -> writer.number(8).bytes(b.asByteArrayUnsafe());
      case Collection<?> list -> writer.number(9).list(list, PojoCodec::writeValue);
      case Map<?, ?> map -> {
        writer.number(10).number(map.size());
        map.forEach((name, element) -> {
          writer.string(String.valueOf(name));
          writeValue(writer, element);
        });
      }
      case Short n -> writer.number(12).number(n);
      case java.math.BigDecimal n -> writer.number(13).string(n.toString());
      case Document document -> {
        writer.number(14);
        writeValue(writer, document.unwrap());
      }
      case SdkPojo pojo -> {
        writer.number(11);
        writePojo(writer, pojo);
      }
      default -> throw new IllegalArgumentException("Cannot store a " + value.getClass());
    }
  }

  private static Object readPojo(BinaryReader reader, SdkPojo builder) {
    var fields = new HashMap<String, SdkField<?>>();
    for (var field : builder.sdkFields()) {
      fields.put(field.memberName(), field);
    }
    var count = reader.integer();
    for (int i = 0; i < count; i++) {
      var field = fields.get(reader.string());
      var value = readValue(reader, field);
      if (field != null) {
        field.set(builder, value);
      }
    }
    return ((Buildable) builder).build();
  }

  private static @Nullable Object readValue(BinaryReader reader, @Nullable SdkField<?> field) {
    var type = reader.integer();
    return switch (type) {
      case 0 -> null;
      case 1 -> reader.string();
      case 2 -> reader.flag();
      case 3 -> reader.integer();
      case 4 -> reader.number();
      case 5 -> Double.longBitsToDouble(reader.number());
      case 6 -> Float.intBitsToFloat(reader.integer());
      case 7 -> reader.instant();
      case 8 -> SdkBytes.fromByteArrayUnsafe(reader.bytes());
      case 9 -> readList(reader, element(field, true));
      case 10 -> readMap(reader, element(field, false));
      case 11 -> readNested(reader, field);
      case 12 -> (short) reader.integer();
      case 13 -> new java.math.BigDecimal(reader.string());
      case 14 -> document(readValue(reader, null));
      default -> throw new StoreException("A damaged value: no type has the number " + type);
    };
  }

  private static Object readNested(BinaryReader reader, @Nullable SdkField<?> field) {
    var constructor = field == null ? null : field.constructor();
    return readPojo(reader, constructor == null ? new Nothing() : constructor.get());
  }

  private static List<@Nullable Object> readList(
      BinaryReader reader, @Nullable SdkField<?> element) {
    var count = reader.integer();
    var list = new ArrayList<@Nullable Object>();
    for (int i = 0; i < count; i++) {
      list.add(readValue(reader, element));
    }
    return list;
  }

  private static Map<String, @Nullable Object> readMap(
      BinaryReader reader, @Nullable SdkField<?> element) {
    var count = reader.integer();
    var map = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 0; i < count; i++) {
      var name = reader.string();
      map.put(name, readValue(reader, element));
    }
    return map;
  }

  private static @Nullable SdkField<?> element(@Nullable SdkField<?> field, boolean ofList) {
    if (field == null) {
      return null;
    }
    return ofList
        ? field.getOptionalTrait(ListTrait.class).map(ListTrait::memberFieldInfo).orElse(null)
        : field.getOptionalTrait(MapTrait.class).map(MapTrait::valueFieldInfo).orElse(null);
  }

  private static Document document(@Nullable Object value) {
    return switch (value) {
      case null -> Document.fromNull();
      case Boolean b -> Document.fromBoolean(b);
      case Map<?, ?> map -> {
        var members = new LinkedHashMap<String, Document>();
        map.forEach((name, member) -> members.put(String.valueOf(name), document(member)));
        yield Document.fromMap(members);
      }
      case List<?> list -> {
        var elements = new ArrayList<Document>();
        list.forEach(element -> elements.add(document(element)));
        yield Document.fromList(elements);
      }
      default -> Document.fromString(value.toString());
    };
  }

  /// Takes in a member that this SDK no longer knows.
  private static final class Nothing implements SdkPojo, Buildable {
    @Override
    public List<SdkField<?>> sdkFields() {
      return List.of();
    }

    @Override
    public Object build() {
      return this;
    }
  }
}
