package dev.terrarium.kernel;

import dev.terrarium.kernel.model.Operation;
import java.util.List;
import software.amazon.awssdk.core.SdkPojo;

/// Tells what calls of a service need permission for, as only the service knows: a part of it,
/// returned by [ServicePackage#open] with the others. Asked by the [Authoriser] for every call, so
/// it only reads.
public interface Guard {
  /// What a call needs, all of it. Nothing, if it is about something that is not there: then the
  /// service's own error tells so.
  List<Need> needs(Call call, Operation operation, SdkPojo request);
}
