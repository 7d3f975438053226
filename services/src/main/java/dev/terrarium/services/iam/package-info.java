/// AWS Identity and Access Management: roles, users, groups and policies of each account, and the
/// evaluation of policies.
@NullMarked
package dev.terrarium.services.iam;

import org.jspecify.annotations.NullMarked;
