/**
 * What a policy comes to as a whole: the rules that no message reaches or meets, and the demands to encrypt with what
 * leaves in spite of them.
 */
@NullMarked
package org.postseal.policy.analysis;

import org.jspecify.annotations.NullMarked;
