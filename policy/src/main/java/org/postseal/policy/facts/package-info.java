/**
 * What a policy may look at before it decides: the message, who handed it over, one recipient, and what is known about
 * certificates, keys and groups.
 */
@NullMarked
package org.postseal.policy.facts;

import org.jspecify.annotations.NullMarked;
