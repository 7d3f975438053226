package dev.terrarium.services.cloudformation;

import java.util.List;
import software.amazon.awssdk.services.cloudformation.model.DescribeOrganizationsAccessRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeOrganizationsAccessResponse;
import software.amazon.awssdk.services.cloudformation.model.ListStackSetAutoDeploymentTargetsRequest;
import software.amazon.awssdk.services.cloudformation.model.ListStackSetAutoDeploymentTargetsResponse;
import software.amazon.awssdk.services.cloudformation.model.OrganizationStatus;

/// What CloudFormation knows of organizations: there are none, so nobody has given access to one,
/// and no stack set goes to its units by itself.
final class OrganizationOperations implements StackPart {
  private final StackSetStore sets;

  OrganizationOperations(StackSetStore sets) {
    this.sets = sets;
  }

  @Override
  public DescribeOrganizationsAccessResponse describeOrganizationsAccess(
      DescribeOrganizationsAccessRequest request) {
    return DescribeOrganizationsAccessResponse.builder()
        .status(OrganizationStatus.DISABLED)
        .build();
  }

  @Override
  public ListStackSetAutoDeploymentTargetsResponse listStackSetAutoDeploymentTargets(
      ListStackSetAutoDeploymentTargetsRequest request) {
    var _ = sets.existing(request.stackSetName());
    return ListStackSetAutoDeploymentTargetsResponse.builder().summaries(List.of()).build();
  }
}
