package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// Amazon Data Firehose.
public final class FirehosePackage implements ServicePackage {
  @Override
  public String name() {
    return "firehose";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.firehose.FirehoseClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var deliveries = new Deliveries(cloud);
    deliveries.start();
    return List.of(
        deliveries,
        new FirehoseStreams(deliveries),
        new FirehoseUpdates(deliveries),
        new FirehoseWrites(deliveries),
        new FirehoseTags(deliveries),
        new FirehoseGuard());
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return List.of(new DeliveryStreamResource(cloud).type());
  }
}
