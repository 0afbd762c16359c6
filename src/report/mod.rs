//! Ring 8: findings for people and programs outside an editor.
