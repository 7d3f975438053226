/// The transform `AWS::Serverless-2016-10-31`: from one template tree to another.
@NullMarked
package dev.terrarium.services.cloudformation.sam;

import org.jspecify.annotations.NullMarked;
