package dev.terrarium.conformance.vectors;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.Buildable;

/// A structure of a Smithy model in the shape of the SDK's model types; each has a class of its
/// own, made by [Generator], and is its own builder.
public abstract class VectorPojo implements SdkPojo, Buildable {
  private final List<SdkField<?>> fields;
  private final Map<String, Object> values = new LinkedHashMap<>();

  protected VectorPojo(String service, String shape, SmithyFields.Role role) {
    this.fields = SmithyFields.of(service, shape, role);
  }

  final Map<String, Object> values() {
    return values;
  }

  @Override
  public final List<SdkField<?>> sdkFields() {
    return fields;
  }

  @Override
  public final Object build() {
    return this;
  }

  @Override
  public final String toString() {
    return Values.comparable(this).toString();
  }
}
