package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.List;
import software.amazon.awssdk.core.SdkPojo;

/// What requests to Firehose need permission for.
final class FirehoseGuard implements Guard {
  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var resource = "*";
    for (var field : request.sdkFields()) {
      if (field.memberName().equals("DeliveryStreamName")
          && field.getValueOrDefault(request) instanceof String name) {
        resource = DeliveryKey.of(call.scope(), name).arn();
      }
    }
    return List.of(Need.of("firehose:" + operation.name(), resource, call.account()));
  }
}
