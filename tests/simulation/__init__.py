"""A company's crowds in virtual time: who comes when, what the vendor does, how its callbacks come, what is counted.

``run.Simulation`` puts them together around a real ``CRM`` on a real store. Nothing sleeps, nothing looks at the wall
clock, and the same seed is the same crowd.
"""
