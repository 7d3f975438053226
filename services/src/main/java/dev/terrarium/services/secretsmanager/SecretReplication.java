package dev.terrarium.services.secretsmanager;

import software.amazon.awssdk.services.secretsmanager.model.RemoveRegionsFromReplicationRequest;
import software.amazon.awssdk.services.secretsmanager.model.RemoveRegionsFromReplicationResponse;
import software.amazon.awssdk.services.secretsmanager.model.ReplicateSecretToRegionsRequest;
import software.amazon.awssdk.services.secretsmanager.model.ReplicateSecretToRegionsResponse;
import software.amazon.awssdk.services.secretsmanager.model.StopReplicationToReplicaRequest;
import software.amazon.awssdk.services.secretsmanager.model.StopReplicationToReplicaResponse;

/// Says where copies of secrets are to be.
final class SecretReplication extends SecretsPart {
  private final Replicas replicas;

  SecretReplication(Secrets secrets) {
    super(secrets);
    this.replicas = new Replicas(secrets);
  }

  @Override
  public ReplicateSecretToRegionsResponse replicateSecretToRegions(
      ReplicateSecretToRegionsRequest request) {
    new SecretConstraints()
        .secret(request.secretId())
        .present("addReplicaRegions", request.hasAddReplicaRegions())
        .count(
            "addReplicaRegions",
            request.addReplicaRegions(),
            request.hasAddReplicaRegions() ? 1 : 0,
            100)
        .check();
    var found = secrets.own(request.secretId());
    var force = Boolean.TRUE.equals(request.forceOverwriteReplicaSecret());
    return ReplicateSecretToRegionsResponse.builder()
        .arn(found.record().arn())
        .replicationStatus(replicas.add(found.ref(), request.addReplicaRegions(), force))
        .build();
  }

  @Override
  public RemoveRegionsFromReplicationResponse removeRegionsFromReplication(
      RemoveRegionsFromReplicationRequest request) {
    new SecretConstraints()
        .secret(request.secretId())
        .present("removeReplicaRegions", request.hasRemoveReplicaRegions())
        .check();
    var found = secrets.own(request.secretId());
    var left = replicas.remove(found.ref(), request.removeReplicaRegions());
    return RemoveRegionsFromReplicationResponse.builder()
        .arn(left.arn())
        .replicationStatus(left.description().replicationStatus())
        .build();
  }

  @Override
  public StopReplicationToReplicaResponse stopReplicationToReplica(
      StopReplicationToReplicaRequest request) {
    new SecretConstraints().secret(request.secretId()).check();
    var found = secrets.get(request.secretId());
    if (!found.record().isReplica(found.ref())) {
      throw SecretErrors.request("You can't stop replication of a secret that is not a replica.");
    }
    var own = replicas.promote(found.ref(), found.record());
    return StopReplicationToReplicaResponse.builder().arn(own.arn()).build();
  }
}
