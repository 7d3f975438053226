package dev.terrarium.conformance.vectors;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkField;

/// An error of a Smithy model in the shape of the SDK's exceptions.
public abstract class VectorError extends AwsServiceException {
  private static final long serialVersionUID = 1L;

  private final transient List<SdkField<?>> fields;
  private final transient Map<String, Object> values = new LinkedHashMap<>();

  protected VectorError(String service, String shape, int status, String code, String message) {
    super(
        AwsServiceException.builder()
            .statusCode(status)
            .message(message)
            .awsErrorDetails(
                AwsErrorDetails.builder().errorCode(code).errorMessage(message).build()));
    this.fields = SmithyFields.of(service, shape, SmithyFields.Role.OUTPUT);
  }

  final Map<String, Object> values() {
    return values;
  }

  @Override
  public final List<SdkField<?>> sdkFields() {
    return fields;
  }
}
