package dev.terrarium.wire.codec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait;
import software.amazon.awssdk.core.traits.XmlAttributeTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/// The members of one model type, sorted out once: the codecs' view of the SDK's field metadata.
final class Shape {
  /// One member, or the element of a list or map.
  static final class Member {
    final SdkField<?> field;
    final String name;
    final String location;
    final String responseLocation;
    final String header;
    final MarshallLocation place;
    final Kind kind;
    final @Nullable Member element;
    final boolean flattened;
    final @Nullable String elementName;
    final @Nullable String keyName;
    final @Nullable String valueName;
    final TimestampFormatTrait.@Nullable Format timestamp;
    final boolean payload;
    final boolean xmlAttribute;
    final boolean convertLeniently;

    Member(SdkField<?> field) {
      this.field = field;
      this.name = field.memberName() == null ? "member" : field.memberName();
      this.location = field.locationName() == null ? name : field.locationName();
      this.responseLocation =
          field.unmarshallLocationName() == null ? location : field.unmarshallLocationName();
      this.header = location.toLowerCase(Locale.ROOT);
      this.place = field.location() == null ? MarshallLocation.PAYLOAD : field.location();
      this.kind = Kind.of(field.marshallingType());
      var list = field.getTrait(ListTrait.class);
      var map = field.getTrait(MapTrait.class);
      if (list != null) {
        this.element = new Member(list.memberFieldInfo());
      } else {
        this.element = map == null ? null : new Member(map.valueFieldInfo());
      }
      this.flattened = list != null ? list.isFlattened() : map != null && map.isFlattened();
      this.elementName = list == null ? null : list.memberLocationName();
      this.keyName = map == null ? null : map.keyLocationName();
      this.valueName = map == null ? null : map.valueLocationName();
      var trait = field.getTrait(TimestampFormatTrait.class);
      this.timestamp = trait == null ? null : trait.format();
      this.payload = field.containsTrait(PayloadTrait.class);
      this.xmlAttribute = field.containsTrait(XmlAttributeTrait.class);
      this.convertLeniently = field.ignoreDataTypeConversionFailures();
    }

    /// The value in `pojo`, or null if it was never set.
    @Nullable Object get(SdkPojo pojo) {
      var value = field.getValueOrDefault(pojo);
      return value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap
          ? null
          : value;
    }

    /// The element of a list or map.
    Member elementOrFail() {
      if (element == null) {
        throw new IllegalStateException(name + " has no elements");
      }
      return element;
    }

    /// An empty builder of the structure that this member is.
    SdkPojo newStructure() {
      return field.constructor().get();
    }
  }

  private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

  final List<Member> members;
  final List<Member> payload;

  /// What stands in the path, the query, the headers or the status.
  final List<Member> outside;

  final Map<String, Member> byLocation;
  final @Nullable Member explicitPayload;
  final boolean union;

  private Shape(SdkPojo pojo) {
    this.members = pojo.sdkFields().stream().map(Member::new).toList();
    this.payload = new ArrayList<>();
    this.outside = new ArrayList<>();
    this.byLocation = new HashMap<>();
    Member explicit = null;
    for (var member : members) {
      if (member.payload) {
        explicit = member;
      }
      if (member.place == MarshallLocation.PAYLOAD) {
        payload.add(member);
        byLocation.put(member.location, member);
      } else {
        outside.add(member);
      }
    }
    this.explicitPayload = explicit;
    this.union = isUnion(pojo.getClass());
  }

  /// A union has an enum `Type` of its members' names; nothing else has a class of that name
  /// inside.
  private static boolean isUnion(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getDeclaringClass()) {
      for (var inner : at.getDeclaredClasses()) {
        if (inner.isEnum() && inner.getSimpleName().equals("Type")) {
          return true;
        }
      }
    }
    return false;
  }

  /// The shape of a model object or of its builder.
  static Shape of(SdkPojo pojo) {
    var shape = SHAPES.get(pojo.getClass());
    if (shape == null) {
      shape = SHAPES.computeIfAbsent(pojo.getClass(), type -> new Shape(pojo));
    }
    return shape;
  }
}
