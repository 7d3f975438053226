/// AWS CodeDeploy, as far as Lambda needs it: applications, groups and configurations of
/// deployments, and deployments that shift the traffic of an alias from one version to another in
/// steps, between two functions that validate it, unless an alarm goes off.
///
/// Applications and groups of the platforms Server and ECS are kept, but nothing is deployed to
/// them; instances and GitHub answer 501.
@NullMarked
package dev.terrarium.services.codedeploy;

import org.jspecify.annotations.NullMarked;
