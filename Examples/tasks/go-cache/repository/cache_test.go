package cache

import "testing"

func TestTheOneNotUsedGoes(t *testing.T) {
	c := New(2)
	c.Put("a", 1)
	c.Put("b", 2)
	c.Get("a")
	c.Put("c", 3)
	if _, ok := c.Get("b"); ok {
		t.Error("b is still there")
	}
	if value, _ := c.Get("a"); value != 1 {
		t.Errorf("a is %v", value)
	}
	if c.Len() != 2 {
		t.Errorf("there are %d entries", c.Len())
	}
}
