package dev.terrarium.conformance.vectors;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.JsonValueTrait;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.LocationTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait;
import software.amazon.awssdk.core.traits.Trait;
import software.amazon.awssdk.core.traits.XmlAttributeTrait;
import software.amazon.awssdk.core.traits.XmlAttributesTrait;
import software.amazon.awssdk.core.traits.XmlAttributesTrait.AttributeAccessors;
import software.amazon.awssdk.utils.Pair;
import software.amazon.smithy.aws.traits.protocols.Ec2QueryNameTrait;
import software.amazon.smithy.model.shapes.ListShape;
import software.amazon.smithy.model.shapes.MapShape;
import software.amazon.smithy.model.shapes.MemberShape;
import software.amazon.smithy.model.shapes.Shape;
import software.amazon.smithy.model.shapes.ShapeId;
import software.amazon.smithy.model.traits.ErrorTrait;
import software.amazon.smithy.model.traits.HttpHeaderTrait;
import software.amazon.smithy.model.traits.HttpLabelTrait;
import software.amazon.smithy.model.traits.HttpPayloadTrait;
import software.amazon.smithy.model.traits.HttpPrefixHeadersTrait;
import software.amazon.smithy.model.traits.HttpQueryParamsTrait;
import software.amazon.smithy.model.traits.HttpQueryTrait;
import software.amazon.smithy.model.traits.HttpResponseCodeTrait;
import software.amazon.smithy.model.traits.JsonNameTrait;
import software.amazon.smithy.model.traits.MediaTypeTrait;
import software.amazon.smithy.model.traits.RequiredTrait;
import software.amazon.smithy.model.traits.StreamingTrait;
import software.amazon.smithy.model.traits.XmlFlattenedTrait;
import software.amazon.smithy.model.traits.XmlNameTrait;
import software.amazon.smithy.model.traits.XmlNamespaceTrait;

/// The field metadata that the SDK's generator would give to Smithy's structures: as much as it
/// knows, and no more.
public final class SmithyFields {
  /// Where a structure stands, which says what its members' bindings mean.
  public enum Role {
    /// A request.
    INPUT,
    /// A response or an error.
    OUTPUT,
    /// Inside of another.
    NESTED
  }

  private static final Map<String, SmithyFields> OF_SERVICES = new ConcurrentHashMap<>();

  private final SmithyService service;
  private final Map<String, List<SdkField<?>>> fields = new ConcurrentHashMap<>();

  private SmithyFields(SmithyService service) {
    this.service = service;
  }

  /// Makes a service's structures known to the classes that are generated for it.
  static void register(SmithyService service) {
    OF_SERVICES.put(service.name(), new SmithyFields(service));
  }

  static SmithyService service(String name) {
    return OF_SERVICES.get(name).service;
  }

  /// The members of a structure.
  static List<SdkField<?>> of(String service, String shape, Role role) {
    var own = OF_SERVICES.get(service);
    return own.fields.computeIfAbsent(shape + role, name -> own.fields(shape, role));
  }

  private List<SdkField<?>> fields(String id, Role role) {
    var shape = service.shape(ShapeId.from(id));
    var all = new ArrayList<SdkField<?>>();
    for (var member : shape.members()) {
      var isMessage =
          shape.hasTrait(ErrorTrait.class) && member.getMemberName().equalsIgnoreCase("message");
      if (!isMessage && !isStream(member)) {
        all.add(field(member, role));
      }
    }
    return List.copyOf(all);
  }

  private boolean isStream(MemberShape member) {
    return service.target(member).hasTrait(StreamingTrait.class);
  }

  private SdkField<?> field(MemberShape member, Role role) {
    var location = LocationTrait.builder();
    var bound = role != Role.NESTED && service.rest();
    var place = bound ? place(member, role) : MarshallLocation.PAYLOAD;
    location.location(place);
    if (place == MarshallLocation.PAYLOAD) {
      location.locationName(payloadName(member));
      if (service.ec2()) {
        location.unmarshallLocationName(xmlName(member).orElse(member.getMemberName()));
      }
    } else {
      location.locationName(boundName(member));
    }
    var traits = new ArrayList<Trait>(List.of(location.build()));
    if (bound && member.hasTrait(HttpPayloadTrait.class)) {
      traits.add(PayloadTrait.create());
    }
    if (member.hasTrait(RequiredTrait.class)) {
      traits.add(software.amazon.awssdk.core.traits.RequiredTrait.create());
    }
    return field(member, member.getMemberName(), traits);
  }

  private static MarshallLocation place(MemberShape member, Role role) {
    if (role == Role.OUTPUT
        && (member.hasTrait(HttpLabelTrait.class)
            || member.hasTrait(HttpQueryTrait.class)
            || member.hasTrait(HttpQueryParamsTrait.class))) {
      return MarshallLocation.PAYLOAD;
    } else if (member.hasTrait(HttpLabelTrait.class)) {
      return MarshallLocation.PATH;
    } else if (member.hasTrait(HttpQueryTrait.class)
        || member.hasTrait(HttpQueryParamsTrait.class)) {
      return MarshallLocation.QUERY_PARAM;
    } else if (member.hasTrait(HttpHeaderTrait.class)
        || member.hasTrait(HttpPrefixHeadersTrait.class)) {
      return MarshallLocation.HEADER;
    } else if (member.hasTrait(HttpResponseCodeTrait.class)) {
      return MarshallLocation.STATUS_CODE;
    }
    return MarshallLocation.PAYLOAD;
  }

  private static String boundName(MemberShape member) {
    return member
        .getTrait(HttpHeaderTrait.class)
        .map(HttpHeaderTrait::getValue)
        .or(() -> member.getTrait(HttpPrefixHeadersTrait.class).map(t -> t.getValue()))
        .or(() -> member.getTrait(HttpQueryTrait.class).map(HttpQueryTrait::getValue))
        .orElse(member.getMemberName());
  }

  private String payloadName(MemberShape member) {
    return switch (service.protocol()) {
      case "restJson1" ->
          member
              .getTrait(JsonNameTrait.class)
              .map(JsonNameTrait::getValue)
              .orElse(member.getMemberName());
      case "restXml", "awsQuery" -> xmlName(member).orElse(member.getMemberName());
      case "ec2Query" ->
          member
              .getTrait(Ec2QueryNameTrait.class)
              .map(Ec2QueryNameTrait::getValue)
              .orElseGet(() -> capitalised(xmlName(member).orElse(member.getMemberName())));
      default -> member.getMemberName();
    };
  }

  private static String capitalised(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /// The name of a member's element; of what is the whole body, the name of its type counts.
  private Optional<String> xmlName(MemberShape member) {
    var own = member.getTrait(XmlNameTrait.class).map(XmlNameTrait::getValue);
    if (own.isPresent() || !member.hasTrait(HttpPayloadTrait.class)) {
      return own;
    }
    var target = service.target(member);
    return target
        .getTrait(XmlNameTrait.class)
        .map(XmlNameTrait::getValue)
        .or(() -> Optional.of(target.getId().getName()));
  }

  /// An element of a list or map, which stands in no structure of its own.
  private SdkField<?> element(MemberShape member) {
    var name = xmlName(member).orElse(member.getMemberName());
    var location =
        LocationTrait.builder().location(MarshallLocation.PAYLOAD).locationName(name).build();
    return field(member, null, new ArrayList<>(List.of(location)));
  }

  private SdkField<?> field(MemberShape member, String name, List<Trait> traits) {
    var target = service.target(member);
    var flattened = member.hasTrait(XmlFlattenedTrait.class);
    switch (target) {
      case ListShape list ->
          traits.add(
              ListTrait.builder()
                  .memberLocationName(xmlName(list.getMember()).orElse(null))
                  .memberFieldInfo(element(list.getMember()))
                  .isFlattened(flattened)
                  .build());
      case MapShape map ->
          traits.add(
              MapTrait.builder()
                  .keyLocationName(xmlName(map.getKey()).orElse("key"))
                  .valueLocationName(xmlName(map.getValue()).orElse("value"))
                  .valueFieldInfo(element(map.getValue()))
                  .isFlattened(flattened)
                  .build());
      default -> scalarTraits(member, target, traits);
    }
    return build(type(target), name, target, traits);
  }

  @SuppressWarnings("unchecked")
  private void scalarTraits(MemberShape member, Shape target, List<Trait> traits) {
    member
        .getMemberTrait(
            service.model(), software.amazon.smithy.model.traits.TimestampFormatTrait.class)
        .map(trait ->
            switch (trait.getFormat()) {
              case EPOCH_SECONDS -> TimestampFormatTrait.Format.UNIX_TIMESTAMP;
              case HTTP_DATE -> TimestampFormatTrait.Format.RFC_822;
              default -> TimestampFormatTrait.Format.ISO_8601;
            })
        .ifPresent(format -> traits.add(TimestampFormatTrait.create(format)));
    if (member.hasTrait(HttpHeaderTrait.class)
        && target
            .getTrait(MediaTypeTrait.class)
            .filter(type -> type.getValue().equals("application/json"))
            .isPresent()) {
      traits.add(JsonValueTrait.create());
    }
    if (member.hasTrait(software.amazon.smithy.model.traits.XmlAttributeTrait.class)) {
      traits.add(XmlAttributeTrait.create());
    }
    var attributes = attributes(member, target);
    if (!attributes.isEmpty()) {
      traits.add(XmlAttributesTrait.create(attributes.toArray(Pair[]::new)));
    }
  }

  /// A structure's attributes are written by whoever holds it, and its namespace with them.
  private List<Pair<String, AttributeAccessors>> attributes(MemberShape member, Shape target) {
    var found = new ArrayList<Pair<String, AttributeAccessors>>();
    if (!target.isStructureShape() && !target.isUnionShape()) {
      return found;
    }
    var inner =
        target.members().stream()
            .filter(m -> m.hasTrait(software.amazon.smithy.model.traits.XmlAttributeTrait.class))
            .toList();
    var namespace = member.getMemberTrait(service.model(), XmlNamespaceTrait.class);
    // The SDK has this for structures whose attribute needs a namespace, such as S3's grantees.
    if (inner.isEmpty() || namespace.isEmpty()) {
      return found;
    }
    namespace.ifPresent(n -> {
      var name = n.getPrefix().map(p -> "xmlns:" + p).orElse("xmlns");
      found.add(Pair.of(name, accessor(pojo -> n.getUri())));
    });
    for (var attribute : inner) {
      var name = xmlName(attribute).orElse(attribute.getMemberName());
      found.add(
          Pair.of(
              name,
              accessor(pojo -> {
                var value = ((VectorPojo) pojo).values().get(attribute.getMemberName());
                return value == null ? null : value.toString();
              })));
    }
    return found;
  }

  private static AttributeAccessors accessor(Function<Object, String> getter) {
    return AttributeAccessors.builder().attributeGetter(getter).build();
  }

  private static MarshallingType<?> type(Shape target) {
    return switch (target.getType()) {
      case STRING, ENUM -> MarshallingType.STRING;
      case INTEGER, INT_ENUM -> MarshallingType.INTEGER;
      case LONG -> MarshallingType.LONG;
      case SHORT -> MarshallingType.SHORT;
      case BYTE -> MarshallingType.BYTE;
      case FLOAT -> MarshallingType.FLOAT;
      case DOUBLE -> MarshallingType.DOUBLE;
      case BIG_DECIMAL, BIG_INTEGER -> MarshallingType.BIG_DECIMAL;
      case BOOLEAN -> MarshallingType.BOOLEAN;
      case TIMESTAMP -> MarshallingType.INSTANT;
      case BLOB -> MarshallingType.SDK_BYTES;
      case LIST, SET -> MarshallingType.LIST;
      case MAP -> MarshallingType.MAP;
      case DOCUMENT -> MarshallingType.DOCUMENT;
      case STRUCTURE, UNION -> MarshallingType.SDK_POJO;
      default -> throw new IllegalStateException("The SDK has no type for " + target);
    };
  }

  @SuppressWarnings("unchecked")
  private <T> SdkField<T> build(
      MarshallingType<T> type, String name, Shape target, List<Trait> traits) {
    var builder = SdkField.builder(type).memberName(name).traits(traits.toArray(Trait[]::new));
    if (name != null) {
      builder.getter(pojo -> (T) values(pojo).get(name));
      builder.setter((pojo, value) -> values(pojo).put(name, value));
    }
    if (type == (Object) MarshallingType.SDK_POJO) {
      builder.constructor(() -> (SdkPojo) service.generated().structure(target.getId()));
    }
    return builder.build();
  }

  private static Map<String, Object> values(Object pojo) {
    return pojo instanceof VectorError error ? error.values() : ((VectorPojo) pojo).values();
  }
}
